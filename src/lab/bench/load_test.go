package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/flow"
)

func TestOrdersAndTheirCancelsAreOneTraders(t *testing.T) {
	t.Parallel()
	f := flow.Generate(1, 20_000)
	placed := map[int64]int{}
	for i, list := range split(append(f.Seed, f.Commands...), 8) {
		for _, c := range list {
			if buys := i%2 == 0; c.Buy != buys {
				t.Fatalf("trader %d has an order to buy=%v", i, c.Buy)
			}
			if c.Kind != flow.Cancel {
				placed[c.ID] = i
				continue
			}
			if by, before := placed[c.ID]; !before || by != i {
				t.Fatalf("order %d is placed by %d (placed before: %v) and cancelled by %d", c.ID, by, before, i)
			}
		}
	}
	if len(placed) < 20_000 {
		t.Errorf("only %d orders", len(placed))
	}
}

func TestRequestsAreWrittenOutAndSigned(t *testing.T) {
	t.Parallel()
	commands := [][]flow.Command{{
		{Kind: flow.Limit, Buy: true, ID: 7, Price: 1_000_001, Quantity: 12},
		{Kind: flow.IOC, Buy: true, ID: 8, Price: 999, Quantity: 1},
		{Kind: flow.Market, ID: 9, Quantity: 100},
		{Kind: flow.Cancel, Buy: true, ID: 7, Price: 1_000_001},
	}}
	want := []string{
		"POST symbol=BTCUSDT&side=BUY&newOrderRespType=ACK&newClientOrderId=bench-7&quantity=0.01200&type=LIMIT&timeInForce=GTC&price=10000.01",
		"POST symbol=BTCUSDT&side=BUY&newOrderRespType=ACK&newClientOrderId=bench-8&quantity=0.00100&type=LIMIT&timeInForce=IOC&price=9.99",
		"POST symbol=BTCUSDT&side=SELL&newOrderRespType=ACK&newClientOrderId=bench-9&quantity=0.10000&type=MARKET",
		"DELETE symbol=BTCUSDT&origClientOrderId=bench-7",
	}
	for i, r := range write(commands, []trader{{"the key", "the secret"}}, time.UnixMilli(1_700_000_000_000))[0] {
		head, body, _ := strings.Cut(string(r.bytes), "\r\n\r\n")
		payload, signature, _ := strings.Cut(body, "&signature=")
		mac := hmac.New(sha256.New, []byte("the secret"))
		mac.Write([]byte(payload))
		if signature != hex.EncodeToString(mac.Sum(nil)) || !strings.Contains(head, "X-MBX-APIKEY: the key\r\n") {
			t.Errorf("request %d is not signed: %s", i, r.bytes)
		}
		method, _, _ := strings.Cut(head, " ")
		if got := method + " " + payload; got != want[i]+"&recvWindow=60000&timestamp=1700000000000" {
			t.Errorf("request %d: %s, want %s", i, got, want[i])
		}
		if r.cancel != (i == 3) {
			t.Errorf("request %d: cancel: %v", i, r.cancel)
		}
	}
}
