package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"time"

	"github.com/bitpin/exchange/src/lab/flow"
)

const (
	symbol = "BTCUSDT"

	tickCents = 1   // the market's tick is 0.01
	lotMicros = 100 // hundred-thousandths of a BTC in a lot of the flow, so that one lot of it is worth more than the least notional

	// recvWindow is the longest that a signed request may wait to be sent.
	recvWindow = time.Minute
)

// trader is an account with its key. Those of even number buy, the others sell: so
// no order meets one of its own account, as in the flow.
type trader struct{ key, secret string }

// request is a signed request, as it goes over the wire.
type request struct {
	bytes  []byte
	cancel bool
}

// traderOf says which of n traders an order of the flow belongs to.
func traderOf(c *flow.Command, n int) int {
	pair := int(c.Account-1) / 2 % (n / 2)
	if c.Buy {
		return 2 * pair
	}
	return 2*pair + 1
}

// split gives each of n traders its part of the flow, in the flow's order. An order
// and its cancel are one trader's, so they keep their order.
func split(commands []flow.Command, n int) [][]flow.Command {
	lists := make([][]flow.Command, n)
	for i := range commands {
		t := traderOf(&commands[i], n)
		lists[t] = append(lists[t], commands[i])
	}
	return lists
}

// write writes out each trader's requests, signed as of now.
func write(lists [][]flow.Command, traders []trader, now time.Time) [][]request {
	suffix := "&recvWindow=" + strconv.FormatInt(recvWindow.Milliseconds(), 10) + "&timestamp=" + strconv.FormatInt(now.UnixMilli(), 10)
	written := make([][]request, 0, len(lists))
	for i, list := range lists {
		s := signer{trader: traders[i], mac: hmac.New(sha256.New, []byte(traders[i].secret))}
		requests := make([]request, 0, len(list))
		for j := range list {
			method := "POST"
			if list[j].Kind == flow.Cancel {
				method = "DELETE"
			}
			requests = append(requests, request{s.request(method, form(&list[j])+suffix), list[j].Kind == flow.Cancel})
		}
		written = append(written, requests)
	}
	return written
}

// form writes a command of the flow as a client would. Orders are named by the flow's
// numbers, so that their cancels can be written before they are placed.
func form(c *flow.Command) string {
	id := "bench-" + strconv.FormatInt(c.ID, 10)
	if c.Kind == flow.Cancel {
		return "symbol=" + symbol + "&origClientOrderId=" + id
	}
	side := "SELL"
	if c.Buy {
		side = "BUY"
	}
	text := "symbol=" + symbol + "&side=" + side + "&newOrderRespType=ACK&newClientOrderId=" + id + "&quantity=" + decimal(c.Quantity*lotMicros, 5)
	switch c.Kind {
	case flow.Market:
		return text + "&type=MARKET"
	case flow.IOC:
		return text + "&type=LIMIT&timeInForce=IOC&price=" + decimal(c.Price*tickCents, 2)
	}
	return text + "&type=LIMIT&timeInForce=GTC&price=" + decimal(c.Price*tickCents, 2)
}

// decimal writes n of the places-th decimal.
func decimal(n int64, places int) string {
	digits := fmt.Sprintf("%0*d", places+1, n)
	return digits[:len(digits)-places] + "." + digits[len(digits)-places:]
}

type signer struct {
	trader
	mac hash.Hash
	sum [sha256.Size]byte
}

func (s *signer) request(method, payload string) []byte {
	s.mac.Reset()
	s.mac.Write([]byte(payload))
	body := payload + "&signature=" + hex.EncodeToString(s.mac.Sum(s.sum[:0]))
	return []byte(method + " /api/v3/order HTTP/1.1\r\nHost: exchange\r\nX-MBX-APIKEY: " + s.key +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}
