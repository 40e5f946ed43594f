package stream_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/stream"
)

const frozenMillis = 1_700_000_000_123

func hmacHex(secret, payload string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(payload))
	return hex.EncodeToString(mac.Sum(nil))
}

// signedSubscribe is a request for the events of a key's account.
func signedSubscribe(key, secret string, timestamp int64) string {
	signature := hmacHex(secret, fmt.Sprintf("apiKey=%s&timestamp=%d", key, timestamp))
	return fmt.Sprintf(`{"id":"u","method":"userDataStream.subscribe.signature","params":{"apiKey":%q,"timestamp":%d,"signature":%q}}`, key, timestamp, signature)
}

// listen subscribes to an account of a hub whose clock is frozen.
func (b *bench) listen(name string) *client {
	b.t.Helper()
	c := b.dial("/ws-api/v3")
	answer := c.ask(signedSubscribe(name+"-key", name+"-secret", frozenMillis))
	if want := `{"id":"u","status":200,"result":{"subscriptionId":0}}`; answer != want {
		b.t.Fatalf("got %s, want %s", answer, want)
	}
	return c
}

// eventful is a batch of commands 10 to 15. Before it, Bob's order 5 (sell 10) had
// sold 2, and Alice's order 7 rested.
//
//	10  Alice buys 3 at 100: takes 1 of Bob's order 5, and rests
//	11  Bob sells 1 at market, to Alice's order 10
//	12  Alice cancels order 7
//	13  Alice buys 2 at 100, immediate or cancel: takes 1 of Bob's order 5, the rest expires
//	14  Bob sells 2 at 100: takes 1 of Alice's order 10 (now filled), then meets his own order: expires
//	15  Alice buys for 50 at market: takes 0.5 of Bob's order 5
func eventful() *exchange.Batch {
	at := func(n int64) exchange.Millis { return exchange.Millis(frozenMillis - 100 + n) }
	trade := func(id exchange.TradeID, seq exchange.Seq, quantity, quote string, takerSide exchange.Side, maker, taker exchange.OrderID) exchange.Trade {
		t := exchange.Trade{
			ID: id, Seq: seq, Market: btcusdt, Price: amount("100"), Quantity: amount(quantity), Quote: amount(quote), TakerSide: takerSide,
			MakerOrder: maker, TakerOrder: taker, MakerAccount: alice, TakerAccount: bob, MakerFee: 11, TakerFee: 22, At: at(int64(seq)),
		}
		if takerSide == exchange.Buy {
			t.MakerAccount, t.TakerAccount = bob, alice
		}
		return t
	}
	order := func(id exchange.OrderID, account exchange.AccountID, side exchange.Side, quantity, executed, quote string, status exchange.OrderStatus) exchange.Order {
		return exchange.Order{
			ID: id, Account: account, Market: btcusdt, ClientID: fmt.Sprintf("c%d", id), Side: side, Type: exchange.Limit, TimeInForce: exchange.GTC,
			SelfTrade: exchange.ExpireMaker, Price: amount("100"), Quantity: amount(quantity), Executed: amount(executed), CumulativeQuote: amount(quote),
			Status: status, CreatedAt: at(int64(id)), UpdatedAt: at(int64(id)), UpdatedSeq: exchange.Seq(id),
		}
	}
	cancelled := order(7, alice, exchange.Buy, "4", "1", "90", exchange.StatusCanceled)
	cancelled.UpdatedSeq, cancelled.UpdatedAt = 12, at(12)
	ioc := order(13, alice, exchange.Buy, "2", "1", "100", exchange.StatusExpired)
	ioc.TimeInForce = exchange.IOC
	market := order(11, bob, exchange.Sell, "1", "1", "100", exchange.StatusFilled)
	market.Type, market.TimeInForce, market.Price = exchange.MarketOrder, 0, 0
	byQuote := order(15, alice, exchange.Buy, "0", "0.5", "50", exchange.StatusFilled)
	byQuote.Type, byQuote.TimeInForce, byQuote.Price, byQuote.QuoteQuantity = exchange.MarketOrder, 0, 0, amount("50")
	prevented := order(14, bob, exchange.Sell, "2", "1", "100", exchange.StatusExpiredInMatch)
	prevented.SelfTrade = exchange.ExpireTaker
	return &exchange.Batch{
		First: 10, Last: 15, At: at(15),
		Orders: []exchange.Order{
			byQuote, prevented, order(5, bob, exchange.Sell, "10", "4.5", "450", exchange.StatusPartiallyFilled), cancelled, ioc, market,
			order(10, alice, exchange.Buy, "3", "3", "300", exchange.StatusFilled),
		},
		Trades: []exchange.Trade{
			trade(1, 10, "1", "100", exchange.Buy, 5, 10), trade(2, 11, "1", "100", exchange.Sell, 10, 11), trade(3, 13, "1", "100", exchange.Buy, 5, 13),
			trade(4, 14, "1", "100", exchange.Sell, 10, 14), trade(5, 15, "0.5", "50", exchange.Buy, 5, 15),
		},
		Balances: []exchange.Balance{
			{Account: alice, Asset: btc.ID, Available: amount("3.5")}, {Account: bob, Asset: btc.ID, Available: amount("1"), Locked: amount("5.5")},
			{Account: alice, Asset: usdt.ID, Available: amount("1000"), Locked: amount("7")}, {Account: exchange.Fees, Asset: usdt.ID, Available: 1},
		},
	}
}

type report struct {
	Event  string `json:"e"`
	Time   int64  `json:"E"`
	ID     int64  `json:"i"`
	Ignore int64  `json:"I"`
	X      string `json:"x"`
	Status string `json:"X"`
	Cum    string `json:"z"`
	CumQ   string `json:"Z"`
	Last   string `json:"l"`
	Price  string `json:"L"`
	Fee    string `json:"n"`
	Asset  string `json:"N"`
	Trade  int64  `json:"t"`
	T      int64  `json:"T"`
	Maker  bool   `json:"m"`
	M      bool   `json:"M"`
	OnBook bool   `json:"w"`
	Work   int64  `json:"W"`
}

type accountEvent struct {
	Subscription int             `json:"subscriptionId"`
	Event        json.RawMessage `json:"event"`
}

// reports reads an account's events up to the balances, which come last.
func reports(c *client) (lines []string) {
	for {
		raw := next[accountEvent](c).Event
		r := decode[report](c.t, raw)
		if r.Event != "executionReport" {
			return append(lines, string(raw))
		}
		line := fmt.Sprintf("%d %s %s cum=%s/%s", r.ID, r.X, r.Status, r.Cum, r.CumQ)
		if r.X == "TRADE" {
			line += fmt.Sprintf(" last=%s@%s trade=%d fee=%s%s maker=%t", r.Last, r.Price, r.Trade, r.Fee, r.Asset, r.Maker)
		}
		if r.OnBook {
			line += " on book"
		}
		lines = append(lines, strings.ReplaceAll(line, "00000", ""))
	}
}

func TestExecutionReportsTellWhatHappenedInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	forAlice, forBob := b.listen("alice"), b.listen("bob")
	b.publish(eventful())
	wantAlice := []string{
		"10 NEW NEW cum=0.000/0.000 on book",
		"10 TRADE PARTIALLY_FILLED cum=1.000/100.000 last=1.000@100.000 trade=1 fee=0.022BTC maker=false on book",
		"10 TRADE PARTIALLY_FILLED cum=2.000/200.000 last=1.000@100.000 trade=2 fee=0.011BTC maker=true on book",
		"7 CANCELED CANCELED cum=1.000/90.000",
		"13 NEW NEW cum=0.000/0.000",
		"13 TRADE PARTIALLY_FILLED cum=1.000/100.000 last=1.000@100.000 trade=3 fee=0.022BTC maker=false",
		"13 EXPIRED EXPIRED cum=1.000/100.000",
		"10 TRADE FILLED cum=3.000/300.000 last=1.000@100.000 trade=4 fee=0.011BTC maker=true",
		"15 NEW NEW cum=0.000/0.000",
		"15 TRADE FILLED cum=0.500/50.000 last=0.500@100.000 trade=5 fee=0.022BTC maker=false",
		`{"e":"outboundAccountPosition","E":1700000000123,"u":1700000000038,"B":[{"a":"BTC","f":"3.50000000","l":"0.00000000"},{"a":"USDT","f":"1000.00000000","l":"7.00000000"}]}`,
	}
	if diff := cmp.Diff(wantAlice, reports(forAlice)); diff != "" {
		t.Errorf("Alice: %s", diff)
	}
	wantBob := []string{
		"5 TRADE PARTIALLY_FILLED cum=3.000/300.000 last=1.000@100.000 trade=1 fee=0.011USDT maker=true on book",
		"11 NEW NEW cum=0.000/0.000",
		"11 TRADE FILLED cum=1.000/100.000 last=1.000@100.000 trade=2 fee=0.022USDT maker=false",
		"5 TRADE PARTIALLY_FILLED cum=4.000/400.000 last=1.000@100.000 trade=3 fee=0.011USDT maker=true on book",
		"14 NEW NEW cum=0.000/0.000 on book",
		"14 TRADE PARTIALLY_FILLED cum=1.000/100.000 last=1.000@100.000 trade=4 fee=0.022USDT maker=false on book",
		"14 TRADE_PREVENTION EXPIRED_IN_MATCH cum=1.000/100.000",
		"5 TRADE PARTIALLY_FILLED cum=4.500/450.000 last=0.500@100.000 trade=5 fee=0.011USDT maker=true on book",
		`{"e":"outboundAccountPosition","E":1700000000123,"u":1700000000038,"B":[{"a":"BTC","f":"1.00000000","l":"5.50000000"}]}`,
	}
	if diff := cmp.Diff(wantBob, reports(forBob)); diff != "" {
		t.Errorf("Bob: %s", diff)
	}
}

func TestExecutionReportsHaveBinancesFields(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	c := b.listen("alice")
	b.publish(eventful())
	want := []string{
		`{"subscriptionId":0,"event":{"e":"executionReport","E":1700000000123,"s":"BTCUSDT","c":"c10","S":"BUY","o":"LIMIT","f":"GTC","q":"3.00000000","p":"100.00000000","P":"0.00000000","F":"0.00000000","g":-1,"C":"","x":"NEW","X":"NEW","r":"NONE","i":10,"l":"0.00000000","z":"0.00000000","L":"0.00000000","n":"0.00000000","N":null,"T":1700000000033,"t":-1,"I":10,"w":true,"m":false,"M":false,"O":1700000000033,"Z":"0.00000000","Y":"0.00000000","Q":"0.00000000","W":1700000000033,"V":"EXPIRE_MAKER"}}`,
		`{"subscriptionId":0,"event":{"e":"executionReport","E":1700000000123,"s":"BTCUSDT","c":"c10","S":"BUY","o":"LIMIT","f":"GTC","q":"3.00000000","p":"100.00000000","P":"0.00000000","F":"0.00000000","g":-1,"C":"","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","i":10,"l":"1.00000000","z":"1.00000000","L":"100.00000000","n":"0.00000022","N":"BTC","T":1700000000033,"t":1,"I":10,"w":true,"m":false,"M":false,"O":1700000000033,"Z":"100.00000000","Y":"100.00000000","Q":"0.00000000","W":1700000000033,"V":"EXPIRE_MAKER"}}`,
	}
	for _, w := range want {
		if diff := cmp.Diff(w, string(c.read())); diff != "" {
			t.Error(diff)
		}
	}
	cancelled := until(c, func(e accountEvent) bool { return strings.Contains(string(e.Event), `"x":"CANCELED"`) })
	if text := string(cancelled.Event); !strings.Contains(text, `"C":"c7"`) || !strings.Contains(text, `"T":1700000000035`) {
		t.Errorf("a cancellation names the order cancelled and its own time: %s", text)
	}
}

func TestNobodySeesAnothersEvents(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	c := b.listen("bob")
	onlyAlice := eventful()
	onlyAlice.Orders, onlyAlice.Trades = onlyAlice.Orders[3:4], nil // her cancellation
	onlyAlice.Balances = onlyAlice.Balances[:1]
	b.publish(onlyAlice)
	b.publish(&exchange.Batch{First: 16, Last: 16, Balances: []exchange.Balance{{Account: bob, Asset: eth.ID, Available: 5}}})
	if e := next[accountEvent](c); !strings.Contains(string(e.Event), `"a":"ETH"`) {
		t.Errorf("Bob got %s", e.Event)
	}
}

func TestOneConnectionCanListenToSeveralAccounts(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	c := b.listen("alice")
	if answer := c.ask(signedSubscribe("bob-key", "bob-secret", frozenMillis)); !strings.Contains(answer, `"subscriptionId":1`) {
		t.Fatal(answer)
	}
	if answer := c.ask(`{"id":null,"method":"session.subscriptions"}`); answer != `{"id":null,"status":200,"result":[{"subscriptionId":0},{"subscriptionId":1}]}` {
		t.Error(answer)
	}
	if answer := c.ask(signedSubscribe("bob-key", "bob-secret", frozenMillis)); !strings.Contains(answer, `"code":-2035`) {
		t.Errorf("a second subscription to the same account: %s", answer)
	}
	if answer := c.ask(`{"id":3,"method":"userDataStream.unsubscribe","params":{"subscriptionId":0}}`); answer != `{"id":3,"status":200,"result":{}}` {
		t.Error(answer)
	}
	b.publish(&exchange.Batch{First: 1, Last: 1, Balances: []exchange.Balance{{Account: alice, Asset: eth.ID}, {Account: bob, Asset: eth.ID}}})
	if e := next[accountEvent](c); e.Subscription != 1 {
		t.Errorf("an event of subscription %d", e.Subscription)
	}
}

func TestRevokingAKeyEndsItsSubscription(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen, tune(func(t *stream.Tuning) { t.Ping, t.PongTimeout = 20*time.Millisecond, patience }))
	c := b.listen("alice")
	go func() {
		b.accounts.failWith(errors.New("connection refused"))
		time.Sleep(100 * time.Millisecond) // a database that is away ends nothing
		b.accounts.revoke("alice-key")
		if b.hub.Listened() != 1 {
			t.Error("the subscription ended before its key did")
		}
		b.accounts.failWith(nil)
	}()
	if got, want := string(c.read()), `{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1700000000123}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.publish(eventful())
	if answer := c.ask(`{"id":1,"method":"ping"}`); answer != `{"id":1,"status":200,"result":{}}` {
		t.Errorf("an event after the end: %s", answer)
	}
}
