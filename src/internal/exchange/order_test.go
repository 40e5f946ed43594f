package exchange_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestNamesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"BUY", "SELL"} {
		if s, ok := exchange.ParseSide(name); !ok || s.String() != name {
			t.Errorf("side %s: %s, %v", name, s, ok)
		}
	}
	for _, name := range []string{"LIMIT", "MARKET", "LIMIT_MAKER"} {
		if o, ok := exchange.ParseOrderType(name); !ok || o.String() != name {
			t.Errorf("type %s: %s, %v", name, o, ok)
		}
	}
	for _, name := range []string{"GTC", "IOC", "FOK"} {
		if tif, ok := exchange.ParseTimeInForce(name); !ok || tif.String() != name {
			t.Errorf("time in force %s: %s, %v", name, tif, ok)
		}
	}
	for _, name := range []string{"EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"} {
		if m, ok := exchange.ParseSelfTradePrevention(name); !ok || m.String() != name {
			t.Errorf("mode %s: %s, %v", name, m, ok)
		}
	}
	for _, name := range []string{"", "buy", "HOLD"} {
		if s, ok := exchange.ParseSide(name); ok {
			t.Errorf("%q is read as %s", name, s)
		}
	}
	if got := exchange.OrderStatus(200).String(); got != "" {
		t.Errorf("a status that is none is written %q", got)
	}
}

func TestOpenOrdersReserveWhatTheyMayStillCost(t *testing.T) {
	t.Parallel()
	m := btcusdt()
	order := exchange.Order{
		Side: exchange.Buy, Price: exchange.MustAmount("100"), Quantity: exchange.MustAmount("3"),
		Executed: exchange.MustAmount("1"), Status: exchange.StatusPartiallyFilled,
	}
	for _, test := range []struct {
		side   exchange.Side
		status exchange.OrderStatus
		asset  exchange.AssetID
		amount string
	}{
		{exchange.Buy, exchange.StatusPartiallyFilled, m.Quote.ID, "200"},
		{exchange.Sell, exchange.StatusPartiallyFilled, m.Base.ID, "2"},
		{exchange.Buy, exchange.StatusCanceled, m.Quote.ID, "0"},
		{exchange.Sell, exchange.StatusExpired, m.Base.ID, "0"},
	} {
		o := order
		o.Side, o.Status = test.side, test.status
		asset, amount, err := o.Reserved(m)
		if err != nil || asset != test.asset || amount != exchange.MustAmount(test.amount) {
			t.Errorf("%s %s: %s of asset %d, %v; want %s of %d", test.side, test.status, amount, asset, err, test.amount, test.asset)
		}
	}
}
