package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func tradeIDs(trades []exchange.Trade) []exchange.TradeID {
	ids := []exchange.TradeID{}
	for _, t := range trades {
		ids = append(ids, t.ID)
	}
	return ids
}

func TestTradeIsReadAsTheEngineMadeIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.submit(deposit(alice, deskBTC, "1"), deposit(bob, deskUSDT, "100000"), limit(alice, btcusdt, exchange.Sell, "1", "30000", "a"))
	want := d.submit(limit(bob, btcusdt, exchange.Buy, "1", "30000", "b")).Trades
	got, err := d.MarketTrades(t.Context(), btcusdt, 10)
	d.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLatestTradesOfAMarketAreListed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	for market, want := range map[exchange.MarketID][]exchange.TradeID{btcusdt: {2, 3}, ethusdt: {}} {
		got, err := d.MarketTrades(t.Context(), market, 2)
		d.must(err)
		if diff := cmp.Diff(want, tradeIDs(got)); diff != "" {
			t.Errorf("market %d: %s", market, diff)
		}
	}
}

func TestTradesOfAnAccountAreSelected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	start := d.millis()
	d.fill() // trades 1, 2 and 3 are of commands 6, 8 and 18, ten seconds apart; bob takes in 1 and makes in 2 and 3
	at := func(seq int64) exchange.Millis { return start + exchange.Millis(10_000*(seq-1)) }
	for name, tc := range map[string]struct {
		query exchange.TradeQuery
		want  []exchange.TradeID
	}{
		"all, as maker and taker": {exchange.TradeQuery{Limit: 1000}, []exchange.TradeID{1, 2, 3}},
		"the latest":              {exchange.TradeQuery{Limit: 2}, []exchange.TradeID{2, 3}},
		"from an id":              {exchange.TradeQuery{FromID: 1, Limit: 2}, []exchange.TradeID{1, 2}},
		"from a time":             {exchange.TradeQuery{Start: at(6), Limit: 1}, []exchange.TradeID{1}},
		"until a time":            {exchange.TradeQuery{End: at(8), Limit: 1}, []exchange.TradeID{2}},
		"between two moments":     {exchange.TradeQuery{Start: at(6) + 1, End: at(18) - 1, Limit: 1000}, []exchange.TradeID{2}},
		"of an order that took":   {exchange.TradeQuery{Order: 6, Limit: 1000}, []exchange.TradeID{1}},
		"of an order that made":   {exchange.TradeQuery{Order: 7, Limit: 1000}, []exchange.TradeID{2}},
		"of a very late order":    {exchange.TradeQuery{Order: 1 << 40, Limit: 1000}, []exchange.TradeID{}},
		"of another's order":      {exchange.TradeQuery{Account: carol, Order: 6, Limit: 1000}, []exchange.TradeID{}},
		"of a market without any": {exchange.TradeQuery{Market: ethusdt, Limit: 1000}, []exchange.TradeID{}},
	} {
		if tc.query.Account == 0 {
			tc.query.Account = bob
		}
		if tc.query.Market == 0 {
			tc.query.Market = btcusdt
		}
		got, err := d.AccountTrades(t.Context(), tc.query)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(tc.want, tradeIDs(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
