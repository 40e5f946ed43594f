package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func fill(fields ...string) url.Values {
	values := url.Values{"once": {"o"}, "side": {"BUY"}, "kind": {"limit"}, "tif": {"GTC"}, "price": {"100.5"}, "quantity": {"0.25"}}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return values
}

func TestFormBecomesAnOrderOfItsKind(t *testing.T) {
	t.Parallel()
	price, quantity := exchange.MustAmount("100.5"), exchange.MustAmount("0.25")
	for name, tc := range map[string]struct {
		values url.Values
		want   exchange.NewOrder
	}{
		"limit": {fill(), exchange.NewOrder{
			Side: exchange.Buy, Type: exchange.Limit, TimeInForce: exchange.GTC, Price: price, Quantity: quantity}},
		"limit, fill or kill, blanks around": {fill("tif", "FOK", "side", "SELL", "price", " 100.5 "), exchange.NewOrder{
			Side: exchange.Sell, Type: exchange.Limit, TimeInForce: exchange.FOK, Price: price, Quantity: quantity}},
		"post only has no time in force of its own": {fill("kind", "post-only", "tif", "IOC"), exchange.NewOrder{
			Side: exchange.Buy, Type: exchange.LimitMaker, TimeInForce: exchange.GTC, Price: price, Quantity: quantity}},
		"market ignores the price": {fill("kind", "market", "price", "nonsense"), exchange.NewOrder{
			Side: exchange.Buy, Type: exchange.MarketOrder, TimeInForce: exchange.GTC, Quantity: quantity}},
		"market by amount ignores the quantity": {fill("kind", "market-quote", "quote-amount", "50"), exchange.NewOrder{
			Side: exchange.Buy, Type: exchange.MarketOrder, TimeInForce: exchange.GTC, QuoteQuantity: exchange.MustAmount("50")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := readOrderForm(tc.values)
			got, ok := form.order()
			if !ok {
				t.Fatalf("refused: %v", form.Problems)
			}
			tc.want.SelfTrade = exchange.ExpireMaker
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(exchange.NewOrder{}, "ClientID")); diff != "" {
				t.Error(diff)
			}
			if !strings.HasPrefix(got.ClientID, "web-") || len(got.ClientID) > 36 {
				t.Errorf("client order id %q", got.ClientID)
			}
		})
	}
}

func TestFormSaysInWordsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		values   url.Values
		problems map[string]string
	}{
		"nothing filled in":  {fill("price", "", "quantity", " "), map[string]string{"price": "Enter a number.", "quantity": "Enter a number."}},
		"letters":            {fill("price", "cheap"), map[string]string{"price": "Write a plain number such as 0.015."}},
		"exponent":           {fill("price", "1e3"), map[string]string{"price": "Write a plain number such as 0.015."}},
		"comma":              {fill("price", "1,5"), map[string]string{"price": "Write the decimals after a point, and no commas: 1234.56."}},
		"nine decimals":      {fill("quantity", "0.000000001"), map[string]string{"quantity": "Use at most 8 decimal places."}},
		"forty digits":       {fill("quantity", strings.Repeat("9", 40)), map[string]string{"quantity": "This number is too large."}},
		"zero":               {fill("quantity", "0"), map[string]string{"quantity": "Enter a number above 0."}},
		"negative":           {fill("price", "-1"), map[string]string{"price": "Enter a number above 0."}},
		"no amount to spend": {fill("kind", "market-quote"), map[string]string{"quote-amount": "Enter a number."}},
		"forged side":        {fill("side", "HOLD"), map[string]string{"side": "Choose whether to buy or to sell."}},
		"forged kind":        {fill("kind", "stop"), map[string]string{"kind": "Choose the kind of order."}},
		"forged validity":    {fill("tif", "GTD"), map[string]string{"tif": "Choose how long the order is valid."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := readOrderForm(tc.values)
			if _, ok := form.order(); ok {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(tc.problems, form.Problems); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFieldsAreKeptButBounded(t *testing.T) {
	t.Parallel()
	form := readOrderForm(fill("price", strings.Repeat("ä", 5000), "quantity", "\xff\xfe1"))
	if want := strings.Repeat("ä", maxFieldBytes/2); form.Price != want {
		t.Errorf("a long field is kept as %q", form.Price)
	}
	if form.Quantity != "1" {
		t.Errorf("a field that is no UTF-8 is kept as %q", form.Quantity)
	}
}

func TestSameFormIsTheSameRequest(t *testing.T) {
	t.Parallel()
	key := func(account exchange.AccountID, symbol string, values url.Values) string {
		form := readOrderForm(values)
		k := form.idempotency(account, symbol)
		return k.Scope + " " + k.Key
	}
	first := key(100, "BTCUSDT", fill())
	if key(100, "BTCUSDT", fill()) != first {
		t.Error("sending a form twice is two requests")
	}
	for name, other := range map[string]string{
		"another page":     key(100, "BTCUSDT", fill("once", "p")),
		"another quantity": key(100, "BTCUSDT", fill("quantity", "0.26")),
		"another side":     key(100, "BTCUSDT", fill("side", "SELL")),
		"another market":   key(100, "ETHUSDT", fill()),
		"another account":  key(101, "BTCUSDT", fill()),
	} {
		if other == first {
			t.Errorf("%s is the same request", name)
		}
	}
}

func TestNextFormIsSetToTheOrderJustPlaced(t *testing.T) {
	t.Parallel()
	for _, values := range []url.Values{
		fill(), fill("side", "SELL", "tif", "IOC"), fill("side", "SELL", "kind", "post-only"), fill("kind", "market"),
		fill("side", "SELL", "kind", "market-quote", "quote-amount", "5"),
	} {
		sent := readOrderForm(values)
		placed, _ := sent.order()
		next := newOrderForm(&exchange.Order{Side: placed.Side, Type: placed.Type, TimeInForce: placed.TimeInForce, QuoteQuantity: placed.QuoteQuantity})
		if next.Side != sent.Side || next.Kind != sent.Kind || next.TIF != sent.TIF {
			t.Errorf("after %s %s %s the form is set to %s %s %s", sent.Side, sent.Kind, sent.TIF, next.Side, next.Kind, next.TIF)
		}
		if next.Price != "" || next.Quantity != "" || next.QuoteAmount != "" || next.Once == sent.Once {
			t.Errorf("the next form is filled in already: %+v", next)
		}
	}
}
