package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestTickerSumsUpTheLast24Hours(t *testing.T) {
	t.Parallel()
	d := newDatabase(t) // it is 2026-03-04 05:06:07
	d.trades(d.lead(),
		tradeAt(1, "2026-03-03 05:05:59.999", 900, exchange.Buy),
		tradeAt(2, "2026-03-03 05:06:00.000", 50, exchange.Buy), // in the minute in which the 24 hours began
		tradeAt(3, "2026-03-03 17:00:00.000", 70, exchange.Sell),
		tradeAt(4, "2026-03-04 05:06:01.000", 40, exchange.Buy),
		tradeAt(5, "2026-03-04 05:06:08.000", 60, exchange.Buy)) // by a writer whose clock is fast
	got, err := d.Tickers(t.Context(), []exchange.MarketID{1})
	d.must(err)
	want := []exchange.Ticker{{
		Market: 1, OpenTime: millis("2026-03-03 05:06:00.000"), CloseTime: millis("2026-03-04 05:06:07.000"),
		Open: 50, High: 70, Low: 40, Last: 60, Volume: 8, QuoteVolume: 440, LastQuantity: 2, FirstTrade: 2, LastTrade: 5, Trades: 4,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTickersComeInTheOrderAsked(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	one, two := tradeAt(1, "2026-03-04 05:00:00.000", 5, exchange.Buy), tradeAt(2, "2026-03-04 05:00:00.000", 6, exchange.Buy)
	two.Market = 2
	d.trades(d.lead(), one, two)
	got, err := d.Tickers(t.Context(), []exchange.MarketID{3, 2, 1, 2})
	d.must(err)
	for i, want := range []exchange.Ticker{{Market: 3, Last: 0, LastTrade: -1}, {Market: 2, Last: 6, LastTrade: 2}, {Market: 1, Last: 5, LastTrade: 1}, {Market: 2, Last: 6, LastTrade: 2}} {
		if g := got[i]; g.Market != want.Market || g.Last != want.Last || g.LastTrade != want.LastTrade || g.FirstTrade != want.LastTrade {
			t.Errorf("%d: got %+v, want market %d, last price %d, last trade %d", i, g, want.Market, want.Last, want.LastTrade)
		}
	}
	if none, err := d.Tickers(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("of no market: %+v, %v", none, err)
	}
}
