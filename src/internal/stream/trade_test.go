package stream_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/stream"
)

// frozen stops the hub's clock, so that whole messages can be compared.
func frozen(o *stream.Options, _ *stream.Tuning) {
	o.Now = func() time.Time { return time.UnixMilli(1_700_000_000_123) }
}

func oneTrade(takerSide exchange.Side) *exchange.Batch {
	return &exchange.Batch{First: 7, Last: 8, At: 1_700_000_000_100, Trades: []exchange.Trade{{
		ID: 3, Seq: 8, Market: btcusdt, Price: amount("20000.5"), Quantity: amount("0.25"), Quote: amount("5000.125"),
		TakerSide: takerSide, MakerOrder: 7, TakerOrder: 8, At: 1_700_000_000_100,
	}}}
}

func TestTradesAreSentAsTheyHappen(t *testing.T) {
	t.Parallel()
	const trade = `{"e":"trade","E":1700000000123,"s":"BTCUSDT","t":3,"p":"20000.50000000","q":"0.25000000","b":8,"a":7,"T":1700000000100,"m":false,"M":true}`
	const soldTrade = `{"e":"trade","E":1700000000123,"s":"BTCUSDT","t":3,"p":"20000.50000000","q":"0.25000000","b":7,"a":8,"T":1700000000100,"m":true,"M":true}`
	const aggregate = `{"e":"aggTrade","E":1700000000123,"s":"BTCUSDT","a":3,"p":"20000.50000000","q":"0.25000000","f":3,"l":3,"T":1700000000100,"m":false,"M":true}`
	cases := []struct {
		path  string
		taker exchange.Side
		want  string
	}{
		{"/ws/btcusdt@trade", exchange.Buy, trade},
		{"/ws/btcusdt@trade", exchange.Sell, soldTrade},
		{"/ws/ethusdt@trade/btcusdt@trade", exchange.Buy, trade},
		{"/ws/btcusdt%40trade", exchange.Buy, trade},
		{"/ws/btcusdt@aggTrade", exchange.Buy, aggregate},
		{"/stream?streams=btcusdt@trade", exchange.Buy, `{"stream":"btcusdt@trade","data":` + trade + `}`},
		{"/stream?streams=ethusdt@trade/btcusdt@aggTrade/", exchange.Buy, `{"stream":"btcusdt@aggTrade","data":` + aggregate + `}`},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s taker %s", c.path, c.taker), func(t *testing.T) {
			t.Parallel()
			b := setup(t, frozen)
			client := b.dial(c.path)
			b.publish(oneTrade(c.taker))
			if got := string(client.read()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestMarketsThatAppearLaterHaveStreams(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if status, _ := b.refused("/ws/ethbtc@trade"); status != 400 {
		t.Fatalf("status %d before the market exists", status)
	}
	b.catalog.add(exchange.Market{ID: 9, Symbol: "ETHBTC", Base: eth, Quote: btc})
	c := b.dial("/ws/ethbtc@trade")
	b.publish(&exchange.Batch{First: 1, Last: 1, Trades: []exchange.Trade{{ID: 1, Market: 9, TakerSide: exchange.Buy}}})
	if _, kind, _ := c.event(); kind != "trade" {
		t.Errorf("got %s", kind)
	}
}

func TestMarketsThatNobodyKnowsArePassedOver(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	c := b.dial("/ws/btcusdt@trade")
	batch := oneTrade(exchange.Buy)
	stranger := batch.Trades[0]
	stranger.Market = 77
	batch.Trades = append([]exchange.Trade{stranger}, batch.Trades...)
	batch.Levels = []exchange.LevelChange{{Market: 77, Side: exchange.Buy, Price: 1, Quantity: 1}}
	b.publish(batch)
	if _, _, raw := c.event(); !strings.Contains(string(raw), `"s":"BTCUSDT"`) {
		t.Errorf("got %s", raw)
	}
}

func TestBatchesThatWerePublishedBeforeAreIgnored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.dial("/ws/btcusdt@trade")
	for _, id := range []exchange.TradeID{1, 2, 2, 1, 3} {
		seq := exchange.Seq(id)
		b.hub.Publish(&exchange.Batch{First: seq, Last: seq, Trades: []exchange.Trade{{ID: id, Market: btcusdt, TakerSide: exchange.Buy}}})
	}
	for want := exchange.TradeID(1); want <= 3; want++ {
		type event struct {
			ID exchange.TradeID `json:"t"`
			T  int64            `json:"T"`
		}
		if e := next[event](c); e.ID != want {
			t.Fatalf("trade %d, want %d", e.ID, want)
		}
	}
}
