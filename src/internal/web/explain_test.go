package web

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

var btcusdt = exchange.Market{
	ID: 1, Symbol: "BTCUSDT", Base: exchange.Asset{ID: 1, Code: "BTC"}, Quote: exchange.Asset{ID: 2, Code: "USDT"},
	Tick: exchange.MustAmount("0.01"), Lot: exchange.MustAmount("0.00001"),
	MinPrice: exchange.MustAmount("0.01"), MaxPrice: exchange.MustAmount("1000000"),
	MinQuantity: exchange.MustAmount("0.00001"), MaxQuantity: exchange.MustAmount("9000"), MinNotional: exchange.MustAmount("5"),
}

func TestRefusalsAreExplainedWhereTheyBelong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		values url.Values
		err    error
		field  string
		want   string
		status int
	}{
		"price off the steps": {fill(), btcusdt.CheckPrice(exchange.MustAmount("0.001")), "price",
			"The price must be from 0.01 to 1000000 USDT, in steps of 0.01 USDT.", 422},
		"quantity too small": {fill(), btcusdt.CheckQuantity(1), "quantity",
			"The quantity must be from 0.00001 to 9000 BTC, in steps of 0.00001 BTC.", 422},
		"too little": {fill(), btcusdt.CheckNotional(1), "quantity", "An order must be worth at least 5 USDT.", 422},
		"too little to spend": {fill("kind", "market-quote"), btcusdt.CheckNotional(1), "quote-amount",
			"An order must be worth at least 5 USDT.", 422},
		"overflow":            {fill(), exchange.ErrOverflow, "quantity", "This number is too large for this market.", 422},
		"post only would cut": {fill(), exchange.ErrWouldMatch, "price", "At this price the order would trade at once, which post-only forbids.", 422},
		"no money":            {fill(), exchange.ErrInsufficientBalance, "", "Your available balance is too small for this order.", 422},
		"not executed":        {fill(), exchange.ErrUnavailable, "", "The exchange is busy. Nothing was placed; try again in a moment.", 503},
		"nobody knows": {fill(), exchange.ErrUnknownOutcome, "", "The exchange did not answer in time: the order may or may not have been placed. " +
			"Look at your orders, or send this form again unchanged: it takes effect once.", 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := readOrderForm(tc.values)
			status, explained := form.explain(btcusdt, tc.err)
			got := form.Problem
			if tc.field != "" {
				got = form.Problems[tc.field]
			}
			if !explained || status != tc.status || got != tc.want {
				t.Errorf("got %d %q (%v)\nwant %d %q", status, got, explained, tc.status, tc.want)
			}
		})
	}
}

func TestFaultOfTheServiceIsNotBlamedOnTheForm(t *testing.T) {
	t.Parallel()
	form := readOrderForm(fill())
	if status, explained := form.explain(btcusdt, errors.New("disk full")); explained {
		t.Errorf("explained with status %d %s: %+v", status, http.StatusText(status), form)
	}
}
