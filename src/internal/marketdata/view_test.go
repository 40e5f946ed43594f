package marketdata_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
)

var _ exchange.MarketView = (*marketdata.View)(nil)

const btc, eth = exchange.MarketID(1), exchange.MarketID(2)

var markets = []exchange.Market{{ID: btc, Symbol: "BTCUSDT"}, {ID: eth, Symbol: "ETHUSDT"}}

func level(m exchange.MarketID, side exchange.Side, price, quantity exchange.Amount) exchange.LevelChange {
	return exchange.LevelChange{Market: m, Side: side, Price: price, Quantity: quantity}
}

// loaded is a view at sequence 10 with a few levels.
func loaded() *marketdata.View {
	v := marketdata.New(markets)
	v.Reset(10, []exchange.LevelChange{
		level(btc, exchange.Buy, 99, 3), level(btc, exchange.Sell, 103, 7), level(btc, exchange.Buy, 98, 4),
		level(btc, exchange.Sell, 101, 5), level(btc, exchange.Sell, 102, 6), level(btc, exchange.Buy, 100, 2),
	}, map[exchange.MarketID]exchange.Amount{btc: 100})
	return v
}

func TestDepthShowsBestPricesFirst(t *testing.T) {
	t.Parallel()
	want := exchange.Depth{
		LastUpdateID: 10,
		Bids:         []exchange.Level{{Price: 100, Quantity: 2}, {Price: 99, Quantity: 3}},
		Asks:         []exchange.Level{{Price: 101, Quantity: 5}, {Price: 102, Quantity: 6}},
	}
	if diff := cmp.Diff(want, loaded().Depth(btc, 2)); diff != "" {
		t.Error(diff)
	}
}

func TestDepthLimitIsBroughtIntoRange(t *testing.T) {
	t.Parallel()
	v := loaded()
	for limit, want := range map[int]int{-1: 1, 0: 1, 1: 1, 3: 3, 1 << 40: 3} {
		if got := len(v.Depth(btc, limit).Bids); got != want {
			t.Errorf("limit %d: %d bids, want %d", limit, got, want)
		}
	}
	many := make([]exchange.LevelChange, marketdata.MaxDepth+1)
	for i := range many {
		many[i] = level(btc, exchange.Sell, exchange.Amount(i+1), 1)
	}
	v.Reset(11, many, nil)
	if got := len(v.Depth(btc, 1<<40).Asks); got != marketdata.MaxDepth {
		t.Errorf("%d asks, want %d", got, marketdata.MaxDepth)
	}
}

func TestMarketsThatNobodyAnnounced(t *testing.T) {
	t.Parallel()
	v := marketdata.New(nil)
	d := v.Depth(7, 5)
	if d.Bids == nil || d.Asks == nil || len(d.Bids)+len(d.Asks) != 0 {
		t.Errorf("an unknown market's sides must be empty lists: %+v", d)
	}
	if bid, ask := v.Best(7); bid != (exchange.Level{}) || ask != (exchange.Level{}) || v.LastPrice(7) != 0 {
		t.Error("an unknown market has no prices")
	}
	v.Apply(&exchange.Batch{First: 1, Last: 1, Levels: []exchange.LevelChange{level(7, exchange.Buy, 10, 1)}})
	if bid, _ := v.Best(7); bid.Price != 10 {
		t.Error("a market must appear with its first level")
	}
}

func TestApplySetsAbsoluteQuantities(t *testing.T) {
	t.Parallel()
	v := loaded()
	v.Apply(&exchange.Batch{First: 11, Last: 12, Levels: []exchange.LevelChange{
		level(btc, exchange.Buy, 100, 0),   // removed
		level(btc, exchange.Buy, 97, 0),    // was never there
		level(btc, exchange.Sell, 101, 50), // changed, not added to
		level(eth, exchange.Buy, 5, 1),
	}, Trades: []exchange.Trade{{Market: btc, Price: 100}, {Market: btc, Price: 99}}})
	if bid, ask := v.Best(btc); bid != (exchange.Level{Price: 99, Quantity: 3}) || ask != (exchange.Level{Price: 101, Quantity: 50}) {
		t.Errorf("best bid %v, best ask %v", bid, ask)
	}
	if got := v.LastPrice(btc); got != 99 {
		t.Errorf("last price %d, want 99", got)
	}
	if d := v.Depth(eth, 5); d.LastUpdateID != 12 || len(d.Bids) != 1 {
		t.Errorf("depth of the other market: %+v", d)
	}
}

func TestBatchesThatTheViewHoldsAreIgnored(t *testing.T) {
	t.Parallel()
	v := loaded()
	before := v.Depth(btc, 10)
	v.Apply(&exchange.Batch{First: 9, Last: 10, Levels: []exchange.LevelChange{level(btc, exchange.Buy, 100, 9)}})
	if diff := cmp.Diff(before, v.Depth(btc, 10)); diff != "" {
		t.Error(diff)
	}
}

func TestSequenceNumbersMaySkip(t *testing.T) {
	t.Parallel()
	v := loaded()
	v.Apply(&exchange.Batch{First: 20, Last: 25, Levels: []exchange.LevelChange{level(btc, exchange.Buy, 100, 9)}})
	if bid, _ := v.Best(btc); v.Seq() != 25 || bid.Quantity != 9 {
		t.Errorf("seq %d, best bid %v", v.Seq(), bid)
	}
}

func TestResetForgetsWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	v := loaded()
	v.Reset(30, nil, nil)
	if d := v.Depth(btc, 10); d.LastUpdateID != 30 || len(d.Bids)+len(d.Asks) != 0 || v.LastPrice(btc) != 0 {
		t.Errorf("left over: %+v, last price %d", d, v.LastPrice(btc))
	}
}

func TestWhatDepthReturnsIsTheCallers(t *testing.T) {
	t.Parallel()
	v := loaded()
	v.Depth(btc, 1).Bids[0].Quantity = 1000
	if bid, _ := v.Best(btc); bid.Quantity != 2 {
		t.Error("a caller changed the book")
	}
}

// Each batch writes its own sequence number as the quantity of both sides, so a
// reader can tell whether what it sees belongs together.
func TestReadersSeeWholeBatches(t *testing.T) {
	t.Parallel()
	v := marketdata.New(markets)
	v.Reset(1, []exchange.LevelChange{level(btc, exchange.Buy, 100, 1), level(btc, exchange.Sell, 101, 1)}, nil)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				d := v.Depth(btc, 5)
				if seq := exchange.Amount(d.LastUpdateID); d.Bids[0].Quantity != seq || d.Asks[0].Quantity != seq {
					t.Errorf("torn read at %d: %v", d.LastUpdateID, d)
					return
				}
			}
		})
	}
	for seq := exchange.Seq(2); seq < 20_000; seq++ {
		v.Apply(&exchange.Batch{First: seq, Last: seq, Levels: []exchange.LevelChange{
			level(btc, exchange.Buy, 100, exchange.Amount(seq)), level(btc, exchange.Sell, 101, exchange.Amount(seq)),
		}})
	}
	close(done)
	readers.Wait()
}
