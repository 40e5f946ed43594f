package marketdata_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
)

// naive is the view as anybody would write it first.
type naive struct {
	seq    exchange.Seq
	levels map[exchange.LevelChange]exchange.Amount // keyed with quantity 0
	last   map[exchange.MarketID]exchange.Amount
}

func (n *naive) set(changes []exchange.LevelChange) {
	for _, c := range changes {
		key := c
		key.Quantity = 0
		delete(n.levels, key)
		if c.Quantity > 0 {
			n.levels[key] = c.Quantity
		}
	}
}

func (n *naive) depth(market exchange.MarketID, limit int) exchange.Depth {
	pick := func(side exchange.Side, order int) []exchange.Level {
		out := []exchange.Level{}
		for k, q := range n.levels {
			if k.Market == market && k.Side == side {
				out = append(out, exchange.Level{Price: k.Price, Quantity: q})
			}
		}
		slices.SortFunc(out, func(a, b exchange.Level) int { return order * int(a.Price-b.Price) })
		return out[:min(limit, len(out))]
	}
	return exchange.Depth{LastUpdateID: n.seq, Bids: pick(exchange.Buy, -1), Asks: pick(exchange.Sell, 1)}
}

func TestViewEqualsANaiveMap(t *testing.T) {
	t.Parallel()
	changes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) exchange.LevelChange {
		return level(
			exchange.MarketID(rapid.IntRange(1, 3).Draw(t, "market")), // 3 is not announced
			exchange.Side(rapid.IntRange(1, 2).Draw(t, "side")),
			exchange.Amount(rapid.IntRange(1, 40).Draw(t, "price")),
			exchange.Amount(rapid.SampledFrom([]int{0, 0, 1, 2, 500}).Draw(t, "quantity")))
	}), 0, 30)
	rapid.Check(t, func(t *rapid.T) {
		v := marketdata.New(markets)
		n := &naive{levels: map[exchange.LevelChange]exchange.Amount{}, last: map[exchange.MarketID]exchange.Amount{}}
		check := func() {
			market, limit := exchange.MarketID(rapid.IntRange(1, 3).Draw(t, "market")), rapid.IntRange(1, 50).Draw(t, "limit")
			want := n.depth(market, limit)
			if diff := cmp.Diff(want, v.Depth(market, limit)); diff != "" {
				t.Fatal(diff)
			}
			var bid, ask exchange.Level
			if len(want.Bids) > 0 {
				bid = want.Bids[0]
			}
			if len(want.Asks) > 0 {
				ask = want.Asks[0]
			}
			if b, a := v.Best(market); b != bid || a != ask || v.LastPrice(market) != n.last[market] || v.Seq() != n.seq {
				t.Fatalf("best %v %v, last %v, seq %v; want %v %v, %v, %v", b, a, v.LastPrice(market), v.Seq(), bid, ask, n.last[market], n.seq)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { check() },
			"apply": func(t *rapid.T) {
				step := exchange.Seq(rapid.IntRange(0, 3).Draw(t, "step")) // 0: seen already
				b := &exchange.Batch{First: n.seq + 1, Last: n.seq + step, Levels: changes.Draw(t, "levels")}
				if rapid.Bool().Draw(t, "trades") {
					b.Trades = []exchange.Trade{{Market: 2, Price: exchange.Amount(rapid.IntRange(1, 40).Draw(t, "traded"))}}
				}
				v.Apply(b)
				if step == 0 {
					return
				}
				n.seq = b.Last
				n.set(b.Levels)
				for _, trade := range b.Trades {
					n.last[trade.Market] = trade.Price
				}
			},
			"reset": func(t *rapid.T) {
				n.seq = exchange.Seq(rapid.IntRange(0, 1000).Draw(t, "seq"))
				clear(n.levels)
				clear(n.last)
				levels := changes.Draw(t, "levels")
				n.set(levels)
				n.last[1] = 17
				v.Reset(n.seq, levels, map[exchange.MarketID]exchange.Amount{1: 17})
			},
		})
	})
}
