package web

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestNoticeSaysHowAnOrderStands(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		side           exchange.Side
		status         exchange.OrderStatus
		executed, paid string
		want           string
		alert          bool
	}{
		{exchange.Buy, exchange.StatusNew, "0", "0", "Order 7 is in the book: buy 0.5 BTC at 100.00 USDT.", false},
		{exchange.Sell, exchange.StatusPartiallyFilled, "0.2", "20", "Order 7 sold 0.2 BTC for 20 USDT so far; the rest is in the book.", false},
		{exchange.Buy, exchange.StatusFilled, "0.5", "49.9", "Order 7 bought 0.5 BTC for 49.9 USDT.", false},
		{exchange.Buy, exchange.StatusCanceled, "0", "0", "Order 7 was cancelled.", false},
		{exchange.Sell, exchange.StatusCanceled, "0.1", "10", "Order 7 sold 0.1 BTC for 10 USDT; the rest was cancelled.", false},
		{exchange.Buy, exchange.StatusExpired, "0", "0", "Order 7 expired and traded nothing.", true},
		{exchange.Buy, exchange.StatusExpired, "0.1", "10", "Order 7 bought 0.1 BTC for 10 USDT; the rest expired.", false},
		{exchange.Buy, exchange.StatusExpiredInMatch, "0", "0", "Order 7 expired, because it met an order of your own and traded nothing.", true},
	} {
		o := exchange.Order{ID: 7, Side: tc.side, Status: tc.status, Price: exchange.MustAmount("100"), Quantity: exchange.MustAmount("0.5"),
			Executed: exchange.MustAmount(tc.executed), CumulativeQuote: exchange.MustAmount(tc.paid)}
		if got := orderNotice(btcusdt, &o); got.Text != tc.want || got.Alert != tc.alert {
			t.Errorf("%v: got %q (%v), want %q (%v)", tc.status, got.Text, got.Alert, tc.want, tc.alert)
		}
	}
}
