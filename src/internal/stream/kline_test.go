package stream_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/stream"
)

type klineMessage struct {
	Event string `json:"e"`
	Time  int64  `json:"E"`
	Kline struct {
		OpenTime      exchange.Millis  `json:"t"`
		CloseTime     exchange.Millis  `json:"T"`
		Interval      string           `json:"i"`
		First         exchange.TradeID `json:"f"`
		Last          exchange.TradeID `json:"L"`
		Open          exchange.Amount  `json:"o"`
		Close         exchange.Amount  `json:"c"`
		High          exchange.Amount  `json:"h"`
		Low           exchange.Amount  `json:"l"`
		Volume        exchange.Amount  `json:"v"`
		Trades        int64            `json:"n"`
		Closed        bool             `json:"x"`
		QuoteVolume   exchange.Amount  `json:"q"`
		TakerBuyBase  exchange.Amount  `json:"V"`
		TakerBuyQuote exchange.Amount  `json:"Q"`
	} `json:"k"`
}

func (m klineMessage) candle() exchange.Candle {
	k := m.Kline
	return exchange.Candle{
		OpenTime: k.OpenTime, CloseTime: k.CloseTime, Open: k.Open, High: k.High, Low: k.Low, Close: k.Close,
		Volume: k.Volume, QuoteVolume: k.QuoteVolume, TakerBuyBase: k.TakerBuyBase, TakerBuyQuote: k.TakerBuyQuote, Trades: k.Trades,
	}
}

// clock is a settable time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(at exchange.Millis) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = time.UnixMilli(int64(at))
}

func (c *clock) use(o *stream.Options, _ *stream.Tuning) { o.Now = c.read }

// noon is a Wednesday's, in a month that began on a Sunday.
var noon = exchange.Millis(time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC).UnixMilli())

// trader makes trades at chosen times, one a batch.
type trader struct {
	b   *bench
	id  exchange.TradeID
	all []exchange.Trade
}

func (tr *trader) batch(at exchange.Millis, price, quantity string, side exchange.Side) *exchange.Batch {
	tr.id++
	t := exchange.Trade{ID: tr.id, Seq: exchange.Seq(tr.id), Market: btcusdt, Price: amount(price), Quantity: amount(quantity), TakerSide: side, At: at}
	t.Quote, _ = exchange.Notional(t.Price, t.Quantity)
	tr.all = append(tr.all, t)
	return &exchange.Batch{First: t.Seq, Last: t.Seq, At: at, Trades: []exchange.Trade{t}}
}

func (tr *trader) trade(at exchange.Millis, price, quantity string, side exchange.Side) {
	tr.b.publish(tr.batch(at, price, quantity, side))
}

func TestKlineContinuesTheDatabasesCandle(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.set(noon + 5000)
	b := setup(t, c.use)
	tr := &trader{b: b}
	tr.trade(noon-1, "90", "1", exchange.Buy) // the minute before
	tr.trade(noon+1000, "100", "1", exchange.Buy)
	tr.trade(noon+2000, "110", "2", exchange.Sell)
	client := b.dial("/ws/btcusdt@kline_1m")
	first := next[klineMessage](client)
	if diff := cmp.Diff(candlesOf(tr.all, "1m")[1], first.candle()); diff != "" {
		t.Error(diff)
	}
	if k := first.Kline; k.First != -1 || k.Last != 3 || k.Closed || k.Interval != "1m" {
		t.Errorf("first %d, last %d, closed %t, interval %s", k.First, k.Last, k.Closed, k.Interval)
	}
	tr.trade(noon+6000, "95", "4", exchange.Buy)
	second := next[klineMessage](client)
	if diff := cmp.Diff(candlesOf(tr.all, "1m")[1], second.candle()); diff != "" {
		t.Error(diff)
	}
}

func TestKlineIsClosedByTheFirstTradeAfterIt(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.set(noon + 5000)
	b := setup(t, c.use)
	tr := &trader{b: b}
	client := b.dial("/ws/btcusdt@kline_1m")
	until(client, func(m klineMessage) bool { return m.Kline.OpenTime == noon })
	tr.trade(noon+59_999, "100", "1", exchange.Buy)
	until(client, func(m klineMessage) bool { return m.Kline.Trades == 1 })
	tr.trade(noon+60_000, "101", "1", exchange.Buy)
	closed := next[klineMessage](client)
	if !closed.Kline.Closed || closed.Kline.OpenTime != noon || closed.Kline.Close != amount("100") || closed.Kline.First != 1 || closed.Kline.Last != 1 {
		t.Errorf("the closed one: %+v", closed.Kline)
	}
	current := next[klineMessage](client)
	if k := current.Kline; k.Closed || k.OpenTime != noon+60_000 || k.Open != amount("101") || k.First != 2 || k.Trades != 1 {
		t.Errorf("the next one: %+v", current.Kline)
	}
}

func TestKlineIsClosedByTheClockIfNothingIsTraded(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.set(noon + 5000)
	b := setup(t, c.use)
	tr := &trader{b: b}
	tr.trade(noon+1000, "100", "1", exchange.Buy)
	client := b.dial("/ws/btcusdt@kline_1m")
	next[klineMessage](client)
	c.set(noon + 60_500) // within the grace: batches may still be on their way
	tr.trade(noon+59_000, "102", "1", exchange.Buy)
	if m := next[klineMessage](client); m.Kline.Closed || m.Kline.Trades != 2 {
		t.Errorf("closed too early: %+v", m.Kline)
	}
	c.set(noon + 61_500)
	if m := next[klineMessage](client); !m.Kline.Closed || m.Kline.Trades != 2 {
		t.Errorf("not closed: %+v", m.Kline)
	}
	want := exchange.Candle{OpenTime: noon + 60_000, CloseTime: noon + 119_999, Open: amount("102"), High: amount("102"), Low: amount("102"), Close: amount("102")}
	m := next[klineMessage](client)
	if diff := cmp.Diff(want, m.candle()); diff != "" || m.Kline.First != -1 || m.Kline.Last != -1 {
		t.Errorf("the empty one: %s %+v", diff, m.Kline)
	}
}

// While the market trades, subscribers come; each must end with the very candle
// that all trades make, none missed, none counted twice.
func TestKlineNeitherMissesNorRepeatsTrades(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.set(noon)
	b := setup(t, c.use)
	tr := &trader{b: b}
	intervals := []exchange.Interval{"1m", "5m", "1h", "4h", "1d", "3d", "1w", "1M"}
	var clients []*client
	const trades = 600
	for i := range trades {
		if i%60 == 30 && len(clients) < len(intervals) {
			clients = append(clients, b.dial("/ws/btcusdt@kline_"+string(intervals[len(clients)])))
		}
		batch := tr.batch(noon+exchange.Millis(i), "100", "0.5", exchange.Side(1+i%2))
		b.history.add(batch.Trades)
		if i%7 == 0 {
			time.Sleep(2 * time.Millisecond) // the database is ahead of the hub
		}
		b.view.Apply(batch)
		b.hub.Publish(batch)
		time.Sleep(300 * time.Microsecond)
	}
	for i, client := range clients {
		m := until(client, func(m klineMessage) bool { return m.Kline.Last == trades })
		candles := candlesOf(tr.all, intervals[i])
		if diff := cmp.Diff(candles[len(candles)-1], m.candle()); diff != "" {
			t.Errorf("%s: %s", intervals[i], diff)
		}
	}
	if len(clients) != len(intervals) {
		t.Fatal("not all intervals were tried")
	}
}

// A trade comes while the database is being asked: after each of the three questions
// (latest trade, candle, latest trade), the answer is already out of date.
func TestKlineCountsATradeThatComesWhileTheDatabaseIsAsked(t *testing.T) {
	t.Parallel()
	for _, during := range []int64{1, 2, 3} {
		t.Run(fmt.Sprint(during), func(t *testing.T) {
			t.Parallel()
			c := &clock{}
			c.set(noon)
			b := setup(t, c.use)
			tr := &trader{b: b}
			tr.trade(noon, "100", "1", exchange.Buy)
			b.history.answer = func(question int64) {
				if question == during {
					tr.trade(noon+1, "101", "1", exchange.Buy)
					b.eventually("it is published", func() bool { return b.metric("exchange_stream_sequence") == "2" })
				}
			}
			client := b.dial("/ws/btcusdt@kline_1m")
			m := next[klineMessage](client)
			if diff := cmp.Diff(candlesOf(tr.all, "1m")[0], m.candle()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKlineWaitsForADatabaseThatFails(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.set(noon)
	b := setup(t, c.use)
	tr := &trader{b: b}
	tr.trade(noon, "100", "1", exchange.Buy)
	broken := errors.New("connection refused")
	b.history.fail.Store(&broken)
	client := b.dial("/ws/btcusdt@kline_1m")
	tr.trade(noon+1, "101", "1", exchange.Buy)
	b.eventually("the database is asked again", func() bool { return b.history.asked.Load() >= 3 })
	b.history.fail.Store(nil)
	m := next[klineMessage](client)
	if diff := cmp.Diff(candlesOf(tr.all, "1m")[0], m.candle()); diff != "" {
		t.Error(diff)
	}
}

func TestTickersFollowTheMarket(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	tr := &trader{b: b}
	tr.trade(noon, "100", "1", exchange.Buy)
	tr.trade(noon, "97.5", "3", exchange.Sell)
	b.publish(&exchange.Batch{First: 3, Last: 3, Levels: []exchange.LevelChange{
		{Market: btcusdt, Side: exchange.Buy, Price: amount("97"), Quantity: amount("1")}, {Market: btcusdt, Side: exchange.Sell, Price: amount("98"), Quantity: amount("2")},
	}})
	tr.id = 3
	const full = `{"e":"24hrTicker","E":1700000000123,"s":"BTCUSDT","p":"-2.50000000","P":"-2.500","w":"98.12500000","x":"100.00000000","c":"97.50000000","Q":"3.00000000",` +
		`"b":"97.00000000","B":"1.00000000","a":"98.00000000","A":"2.00000000","o":"100.00000000","h":"100.00000000","l":"97.50000000","v":"4.00000000","q":"392.50000000","O":0,"C":0,"F":1,"L":2,"n":2}`
	const mini = `{"e":"24hrMiniTicker","E":1700000000123,"s":"BTCUSDT","c":"97.50000000","o":"100.00000000","h":"100.00000000","l":"97.50000000","v":"4.00000000","q":"392.50000000"}`
	for path, want := range map[string]string{"btcusdt@ticker": full, "btcusdt@miniTicker": mini} {
		if got := string(b.dial("/ws/" + path).read()); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", path, got, want)
		}
	}
	for path, want := range map[string]string{"!ticker@arr": full, "!miniTicker@arr": mini} {
		c := b.dial("/ws/" + path)
		all := next[[]json.RawMessage](c)
		if len(all) != 2 || string(all[0]) != want {
			t.Errorf("%s begins with all markets: %s", path, all)
		}
		tr.trade(noon, "99", "1", exchange.Buy)
		if changed := next[[]json.RawMessage](c); len(changed) != 1 {
			t.Errorf("%s goes on with those that changed: %s", path, changed)
		}
		// Back to where the next one expects it.
		b.history.mu.Lock()
		b.history.trades = b.history.trades[:2]
		b.history.mu.Unlock()
	}
}

func TestTickersWaitForADatabaseThatFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	(&trader{b: b}).trade(noon, "100", "1", exchange.Buy)
	broken := errors.New("connection refused")
	b.history.fail.Store(&broken)
	c := b.dial("/ws/btcusdt@miniTicker")
	b.eventually("the database is asked again", func() bool { return b.history.asked.Load() >= 3 })
	b.history.fail.Store(nil)
	if _, kind, _ := c.event(); kind != "24hrMiniTicker" {
		t.Errorf("got %s", kind)
	}
}

func TestNobodyIsAskedWhileNobodyListens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tr := &trader{b: b}
	c := b.dial("/ws/btcusdt@trade/btcusdt@depth")
	for i := range exchange.Millis(20) {
		tr.trade(noon+i, "100", "1", exchange.Buy)
	}
	for range 20 {
		c.read()
	}
	time.Sleep(50 * time.Millisecond)
	if asked := b.history.asked.Load(); asked != 0 {
		t.Errorf("the database was asked %d times", asked)
	}
}
