package stream_test

import (
	"strings"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// inbox collects what go-binance's handlers are given.
type inbox[T any] struct {
	t      *testing.T
	events chan T
}

func newInbox[T any](t *testing.T) inbox[T] { return inbox[T]{t, make(chan T, 1000)} }

func (i inbox[T]) put(e T) { i.events <- e }

func (i inbox[T]) fail(err error) {
	if !strings.Contains(err.Error(), "close") { // at the end of the test
		i.t.Errorf("go-binance: %v", err)
	}
}

func (i inbox[T]) until(done func(T) bool) (e T) {
	i.t.Helper()
	for {
		select {
		case e = <-i.events:
			if done(e) {
				return e
			}
		case <-time.After(patience):
			i.t.Fatal("the event does not come")
		}
	}
}

// connected fails the test if go-binance could not subscribe.
func connected(t *testing.T) func(done, stop chan struct{}, err error) {
	return func(done, stop chan struct{}, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			close(stop)
			<-done // it must not meet the server's end half-way
		})
	}
}

// go-binance reads its addresses from package variables, so all its clients are in
// this one test.
func TestGoBinanceUnderstandsTheStreams(t *testing.T) {
	b := setup(t)
	binance.BaseWsMainURL = b.url + "/ws"
	binance.BaseCombinedMainURL = b.url + "/stream?streams="
	binance.BaseWsApiMainURL = b.url + "/ws-api/v3"
	at := exchange.Millis(time.Now().UnixMilli())
	publish := func() *exchange.Batch {
		batch := eventful()
		shift := b.view.Seq() + 1 - batch.First
		batch.First, batch.Last, batch.At = batch.First+shift, batch.Last+shift, at
		for i := range batch.Orders {
			batch.Orders[i].UpdatedSeq += shift
			if batch.Orders[i].ID >= 10 {
				batch.Orders[i].ID += exchange.OrderID(shift)
			}
		}
		for i := range batch.Trades {
			o := &batch.Trades[i]
			o.ID, o.Seq, o.At = o.ID+exchange.TradeID(shift), o.Seq+shift, at
			o.TakerOrder += exchange.OrderID(shift)
			if o.MakerOrder >= 10 {
				o.MakerOrder += exchange.OrderID(shift)
			}
		}
		batch.Levels = []exchange.LevelChange{
			{Market: btcusdt, Side: exchange.Buy, Price: amount("99"), Quantity: amount("2")},
			{Market: btcusdt, Side: exchange.Sell, Price: amount("101"), Quantity: amount("3")},
			{Market: btcusdt, Side: exchange.Sell, Price: amount("102"), Quantity: 0},
		}
		b.publish(batch)
		return batch
	}

	t.Run("trade", func(t *testing.T) {
		must := connected(t)
		in := newInbox[*binance.WsTradeEvent](t)
		must(binance.WsTradeServe("BTCUSDT", in.put, in.fail))
		batch := publish()
		e := in.until(func(*binance.WsTradeEvent) bool { return true })
		want := &binance.WsTradeEvent{
			Event: "trade", Time: e.Time, Symbol: "BTCUSDT", TradeID: int64(batch.Trades[0].ID), Price: "100.00000000", Quantity: "1.00000000",
			BuyerOrderID: int64(batch.Trades[0].TakerOrder), SellerOrderID: 5, TradeTime: int64(at), Placeholder: true,
		}
		if diff := cmp.Diff(want, e); diff != "" || e.Time == 0 {
			t.Error(diff)
		}
	})
	t.Run("combined trade", func(t *testing.T) {
		must := connected(t)
		in := newInbox[*binance.WsCombinedTradeEvent](t)
		must(binance.WsCombinedTradeServe([]string{"ETHUSDT", "BTCUSDT"}, in.put, in.fail))
		batch := publish()
		e := in.until(func(e *binance.WsCombinedTradeEvent) bool { return e.Data.TradeID == int64(batch.Trades[4].ID) })
		if e.Stream != "btcusdt@trade" || e.Data.Quantity != "0.50000000" {
			t.Errorf("%+v", e)
		}
	})
	t.Run("aggregate trade", func(t *testing.T) {
		must := connected(t)
		in := newInbox[*binance.WsAggTradeEvent](t)
		must(binance.WsAggTradeServe("BTCUSDT", in.put, in.fail))
		batch := publish()
		e := in.until(func(e *binance.WsAggTradeEvent) bool { return e.AggTradeID == int64(batch.Trades[1].ID) })
		if !e.IsBuyerMaker || e.FirstBreakdownTradeID != e.AggTradeID || e.Price != "100.00000000" {
			t.Errorf("%+v", e)
		}
	})
	t.Run("depth", func(t *testing.T) {
		must := connected(t)
		in := newInbox[*binance.WsDepthEvent](t)
		must(binance.WsDepthServe100Ms("BTCUSDT", in.put, in.fail))
		batch := publish()
		e := in.until(func(e *binance.WsDepthEvent) bool { return e.LastUpdateID == int64(batch.Last) })
		want := &binance.WsDepthEvent{
			Event: "depthUpdate", Time: e.Time, Symbol: "BTCUSDT", FirstUpdateID: e.FirstUpdateID, LastUpdateID: int64(batch.Last),
			Bids: []binance.Bid{{Price: "99.00000000", Quantity: "2.00000000"}},
			Asks: []binance.Ask{{Price: "101.00000000", Quantity: "3.00000000"}, {Price: "102.00000000", Quantity: "0.00000000"}},
		}
		if diff := cmp.Diff(want, e); diff != "" || e.FirstUpdateID == 0 || e.FirstUpdateID > int64(batch.First) {
			t.Errorf("%s %+v", diff, e)
		}
	})
	t.Run("combined depth", func(t *testing.T) {
		must := connected(t)
		in := newInbox[*binance.WsDepthEvent](t)
		must(binance.WsCombinedDepthServe([]string{"BTCUSDT", "ETHUSDT"}, in.put, in.fail))
		batch := publish()
		e := in.until(func(e *binance.WsDepthEvent) bool { return e.LastUpdateID == int64(batch.Last) })
		if len(e.Bids) != 1 || len(e.Asks) != 2 || e.Symbol != "BTCUSDT" {
			t.Errorf("%+v", e)
		}
	})
	t.Run("partial depth", func(t *testing.T) {
		must := connected(t)
		in, combined := newInbox[*binance.WsPartialDepthEvent](t), newInbox[*binance.WsPartialDepthEvent](t)
		must(binance.WsPartialDepthServe("BTCUSDT", "5", in.put, in.fail))
		must(binance.WsCombinedPartialDepthServe(map[string]string{"BTCUSDT": "20"}, combined.put, combined.fail))
		batch := publish()
		for _, i := range []inbox[*binance.WsPartialDepthEvent]{in, combined} {
			e := i.until(func(e *binance.WsPartialDepthEvent) bool { return e.LastUpdateID == int64(batch.Last) })
			if diff := cmp.Diff([]binance.Ask{{Price: "101.00000000", Quantity: "3.00000000"}}, e.Asks); diff != "" {
				t.Error(diff)
			}
		}
	})
	t.Run("book ticker", func(t *testing.T) {
		must := connected(t)
		in, combined := newInbox[*binance.WsBookTickerEvent](t), newInbox[*binance.WsBookTickerEvent](t)
		must(binance.WsBookTickerServe("BTCUSDT", in.put, in.fail))
		must(binance.WsCombinedBookTickerServe([]string{"BTCUSDT"}, combined.put, combined.fail))
		for _, i := range []inbox[*binance.WsBookTickerEvent]{in, combined} {
			e := i.until(func(*binance.WsBookTickerEvent) bool { return true })
			want := &binance.WsBookTickerEvent{UpdateID: e.UpdateID, Symbol: "BTCUSDT", BestBidPrice: "99.00000000", BestBidQty: "2.00000000", BestAskPrice: "101.00000000", BestAskQty: "3.00000000"}
			if diff := cmp.Diff(want, e); diff != "" || e.UpdateID == 0 {
				t.Error(diff)
			}
		}
	})
	t.Run("kline", func(t *testing.T) {
		must := connected(t)
		in := newInbox[*binance.WsKlineEvent](t)
		must(binance.WsKlineServe("BTCUSDT", "1M", in.put, in.fail))
		e := in.until(func(*binance.WsKlineEvent) bool { return true })
		k := e.Kline
		if k.Symbol != "BTCUSDT" || k.Interval != "1M" || k.TradeNum == 0 || k.StartTime == 0 || k.EndTime <= k.StartTime || k.High != "100.00000000" || k.IsFinal {
			t.Errorf("%+v", e)
		}
	})
	t.Run("tickers", func(t *testing.T) {
		must := connected(t)
		one, all, mini := newInbox[*binance.WsMarketStatEvent](t), newInbox[binance.WsAllMarketsStatEvent](t), newInbox[binance.WsAllMiniMarketsStatEvent](t)
		must(binance.WsMarketStatServe("BTCUSDT", one.put, one.fail))
		must(binance.WsAllMarketsStatServe(all.put, all.fail))
		must(binance.WsAllMiniMarketsStatServe(mini.put, mini.fail))
		if e := one.until(func(*binance.WsMarketStatEvent) bool { return true }); e.LastPrice != "100.00000000" || e.BidPrice != "99.00000000" || e.Count == 0 {
			t.Errorf("%+v", e)
		}
		if e := all.until(func(binance.WsAllMarketsStatEvent) bool { return true }); len(e) != 2 || e[0].Symbol != "BTCUSDT" || e[0].WeightedAvgPrice != "100.00000000" {
			t.Errorf("%+v", e)
		}
		if e := mini.until(func(binance.WsAllMiniMarketsStatEvent) bool { return true }); len(e) != 2 || e[0].LastPrice != "100.00000000" {
			t.Errorf("%+v", e)
		}
	})
	t.Run("account", func(t *testing.T) {
		in := newInbox[*binance.WsUserDataEvent](t)
		// It stops only when the connection ends, after the test.
		_, stop, err := binance.WsUserDataServeSignature("alice-key", "alice-secret", "HMAC", 0, in.put, in.fail)
		if err != nil {
			t.Fatal(err)
		}
		defer close(stop)
		b.eventually("go-binance has subscribed", func() bool { return b.hub.Listened() == 1 })
		batch := publish()
		filled := in.until(func(e *binance.WsUserDataEvent) bool { return e.OrderUpdate.Status == "FILLED" })
		o := filled.OrderUpdate
		if o.Id != int64(batch.Orders[6].ID) || o.ExecutionType != "TRADE" || o.FilledVolume != "3.00000000" || o.FilledQuoteVolume != "300.00000000" ||
			o.LatestVolume != "1.00000000" || o.FeeAsset != "BTC" || o.FeeCost != "0.00000011" || !o.IsMaker || o.ClientOrderId != "c10" {
			t.Errorf("%+v", o)
		}
		position := in.until(func(e *binance.WsUserDataEvent) bool {
			return e.Event == binance.UserDataEventTypeOutboundAccountPosition
		})
		want := []binance.WsAccountUpdate{{Asset: "BTC", Free: "3.50000000", Locked: "0.00000000"}, {Asset: "USDT", Free: "1000.00000000", Locked: "7.00000000"}}
		if diff := cmp.Diff(want, position.AccountUpdate.WsAccountUpdates); diff != "" {
			t.Error(diff)
		}
	})
}
