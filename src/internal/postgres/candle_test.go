package postgres_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// lead takes the lease.
func (d *database) lead() exchange.Lease {
	d.t.Helper()
	lease, acquired, err := d.Acquire(d.t.Context(), "test", "127.0.0.1:1", time.Hour)
	d.must(err)
	if !acquired {
		d.t.Fatalf("the lease is held: %+v", lease)
	}
	return lease
}

// trades commits trades alone.
func (d *database) trades(lease exchange.Lease, trades ...exchange.Trade) {
	d.t.Helper()
	d.must(d.Commit(d.t.Context(), lease, time.Hour, &exchange.Changes{Batch: exchange.Batch{Trades: trades}}))
}

func millis(text string) exchange.Millis {
	at, err := time.Parse("2006-01-02 15:04:05.000", text)
	if err != nil {
		panic(err)
	}
	return exchange.Millis(at.UnixMilli())
}

// tradeAt makes a trade of 2 base.
func tradeAt(id exchange.TradeID, at string, price exchange.Amount, takerSide exchange.Side) exchange.Trade {
	return exchange.Trade{ID: id, Market: 1, Price: price, Quantity: 2, Quote: 2 * price, TakerSide: takerSide, At: millis(at)}
}

func TestCandleSumsUpItsTrades(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	d.trades(d.lead(),
		tradeAt(1, "2026-03-04 05:00:00.000", 50, exchange.Buy),
		tradeAt(2, "2026-03-04 05:03:00.000", 70, exchange.Sell),
		tradeAt(3, "2026-03-04 05:03:59.999", 40, exchange.Buy),
		tradeAt(4, "2026-03-04 05:04:59.999", 60, exchange.Sell),
		tradeAt(5, "2026-03-04 05:05:00.000", 90, exchange.Sell))
	got, err := d.Candles(t.Context(), exchange.CandleQuery{Market: 1, Interval: "5m", Limit: 10})
	d.must(err)
	want := []exchange.Candle{{
		OpenTime: millis("2026-03-04 05:00:00.000"), CloseTime: millis("2026-03-04 05:04:59.999"),
		Open: 50, High: 70, Low: 40, Close: 60, Volume: 8, QuoteVolume: 440, TakerBuyBase: 4, TakerBuyQuote: 180, Trades: 4,
	}, {
		OpenTime: millis("2026-03-04 05:05:00.000"), CloseTime: millis("2026-03-04 05:09:59.999"),
		Open: 90, High: 90, Low: 90, Close: 90, Volume: 2, QuoteVolume: 180, Trades: 1,
	}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIntervalsBeginWhereTheCalendarSays(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	d.trades(d.lead(), tradeAt(1, "2024-02-29 23:59:59.999", 5, exchange.Buy)) // a Thursday
	for interval, want := range map[exchange.Interval][2]string{
		"1m":  {"2024-02-29 23:59:00.000", "2024-02-29 23:59:59.999"},
		"3m":  {"2024-02-29 23:57:00.000", "2024-02-29 23:59:59.999"},
		"5m":  {"2024-02-29 23:55:00.000", "2024-02-29 23:59:59.999"},
		"15m": {"2024-02-29 23:45:00.000", "2024-02-29 23:59:59.999"},
		"30m": {"2024-02-29 23:30:00.000", "2024-02-29 23:59:59.999"},
		"1h":  {"2024-02-29 23:00:00.000", "2024-02-29 23:59:59.999"},
		"2h":  {"2024-02-29 22:00:00.000", "2024-02-29 23:59:59.999"},
		"4h":  {"2024-02-29 20:00:00.000", "2024-02-29 23:59:59.999"},
		"6h":  {"2024-02-29 18:00:00.000", "2024-02-29 23:59:59.999"},
		"8h":  {"2024-02-29 16:00:00.000", "2024-02-29 23:59:59.999"},
		"12h": {"2024-02-29 12:00:00.000", "2024-02-29 23:59:59.999"},
		"1d":  {"2024-02-29 00:00:00.000", "2024-02-29 23:59:59.999"},
		"3d":  {"2024-02-29 00:00:00.000", "2024-03-02 23:59:59.999"}, // day 19782 = 3 × 6594
		"1w":  {"2024-02-26 00:00:00.000", "2024-03-03 23:59:59.999"},
		"1M":  {"2024-02-01 00:00:00.000", "2024-02-29 23:59:59.999"},
	} {
		got, err := d.Candles(t.Context(), exchange.CandleQuery{Market: 1, Interval: interval, Limit: 1})
		d.must(err)
		if len(got) != 1 || got[0].OpenTime != millis(want[0]) || got[0].CloseTime != millis(want[1]) {
			t.Errorf("%s: got %+v, want %s to %s", interval, got, want[0], want[1])
		}
	}
}

func TestUnknownIntervalIsRefused(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	for _, interval := range []exchange.Interval{"", "2m", "1S", "1m' OR true"} {
		_, err := d.Candles(t.Context(), exchange.CandleQuery{Market: 1, Interval: interval, Limit: 1})
		wantCode(t, err, exchange.CodeInvalidParameter)
	}
}

func TestVolumesStopAtTheLargestAmount(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	lease := d.lead()
	for id := range exchange.TradeID(3) {
		d.trades(lease, exchange.Trade{ID: id + 1, Market: 1, Price: 1, Quantity: exchange.MaxAmount, Quote: exchange.MaxAmount - 1,
			TakerSide: exchange.Buy, At: d.millis()})
	}
	candles, err := d.Candles(t.Context(), exchange.CandleQuery{Market: 1, Interval: "1d", Limit: 1})
	d.must(err)
	if c := candles[0]; c.Volume != exchange.MaxAmount || c.TakerBuyQuote != exchange.MaxAmount || c.Trades != 3 {
		t.Errorf("got %+v", c)
	}
	tickers, err := d.Tickers(t.Context(), []exchange.MarketID{1})
	d.must(err)
	if tickers[0].Volume != exchange.MaxAmount || tickers[0].QuoteVolume != exchange.MaxAmount {
		t.Errorf("got %+v", tickers[0])
	}
}

func TestCandlesEqualANaiveComputation(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	lease := d.lead()
	var market atomic.Int32 // each check has a market to itself
	var lastTrade exchange.TradeID
	rapid.Check(t, func(r *rapid.T) {
		id := exchange.MarketID(market.Add(1))
		trades := drawTrades(r, id, &lastTrade)
		for batch := range slices.Chunk(trades, 7) {
			d.trades(lease, batch...)
		}
		bound := func(label string) exchange.Millis {
			if rapid.Bool().Draw(r, label+" is given") {
				return trades[rapid.IntRange(0, len(trades)-1).Draw(r, label)].At + exchange.Millis(rapid.IntRange(-2, 2).Draw(r, label+" shift"))
			}
			return 0
		}
		q := exchange.CandleQuery{Market: id, Start: bound("start"), End: bound("end"), Limit: rapid.IntRange(1, 12).Draw(r, "limit")}
		for _, q.Interval = range exchange.Intervals {
			got, err := d.Candles(t.Context(), q)
			if err != nil {
				r.Fatal(err)
			}
			if diff := gocmp.Diff(naiveCandles(q, trades), got); diff != "" {
				r.Fatalf("%+v: %s", q, diff)
			}
		}
	})
}

// drawTrades draws trades that are now milliseconds apart, now months, and often at
// the very edge of a minute.
func drawTrades(r *rapid.T, market exchange.MarketID, last *exchange.TradeID) []exchange.Trade {
	gap := rapid.OneOf(rapid.Int64Range(0, 1000), rapid.Int64Range(0, 300_000), rapid.Int64Range(0, 90_000_000), rapid.Int64Range(0, 3_000_000_000))
	at := millis("2023-12-30 00:00:00.000")
	trades := make([]exchange.Trade, rapid.IntRange(1, 40).Draw(r, "trades"))
	for i := range trades {
		at += exchange.Millis(gap.Draw(r, "gap"))
		if rapid.Bool().Draw(r, "at an edge") {
			at += 60_000 - at%60_000 - exchange.Millis(rapid.IntRange(0, 1).Draw(r, "before"))
		}
		*last++
		quantity, price := exchange.Amount(rapid.IntRange(1, 9).Draw(r, "quantity")), exchange.Amount(rapid.IntRange(1, 9).Draw(r, "price"))
		trades[i] = exchange.Trade{
			ID: *last, Market: market, Price: price, Quantity: quantity, Quote: price * quantity,
			TakerSide: exchange.Side(rapid.IntRange(1, 2).Draw(r, "side")), At: at,
		}
	}
	return trades
}

func naiveCandles(q exchange.CandleQuery, trades []exchange.Trade) []exchange.Candle {
	candles := []exchange.Candle{}
	for _, t := range trades {
		open, next := naiveInterval(q.Interval, time.UnixMilli(int64(t.At)).UTC())
		if n := len(candles); n == 0 || candles[n-1].OpenTime != exchange.Millis(open.UnixMilli()) {
			candles = append(candles, exchange.Candle{
				OpenTime: exchange.Millis(open.UnixMilli()), CloseTime: exchange.Millis(next.UnixMilli()) - 1, Open: t.Price, Low: t.Price})
		}
		c := &candles[len(candles)-1]
		c.High, c.Low, c.Close = max(c.High, t.Price), min(c.Low, t.Price), t.Price
		c.Volume, c.QuoteVolume, c.Trades = c.Volume+t.Quantity, c.QuoteVolume+t.Quote, c.Trades+1
		if t.TakerSide == exchange.Buy {
			c.TakerBuyBase, c.TakerBuyQuote = c.TakerBuyBase+t.Quantity, c.TakerBuyQuote+t.Quote
		}
	}
	candles = slices.DeleteFunc(candles, func(c exchange.Candle) bool {
		return c.OpenTime < q.Start || q.End > 0 && c.OpenTime > q.End
	})
	slices.SortFunc(candles, func(a, b exchange.Candle) int { return cmp.Compare(a.OpenTime, b.OpenTime) })
	switch extra := len(candles) - q.Limit; {
	case extra <= 0:
		return candles
	case q.Start > 0:
		return candles[:q.Limit]
	default:
		return candles[extra:]
	}
}

// naiveInterval reads the interval's name and walks the calendar.
func naiveInterval(interval exchange.Interval, at time.Time) (open, next time.Time) {
	unit := interval[len(interval)-1:]
	n, err := strconv.Atoi(strings.TrimSuffix(string(interval), string(unit)))
	if err != nil {
		panic(err)
	}
	midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	switch unit {
	case "M":
		open = midnight.AddDate(0, 0, 1-at.Day())
		return open, open.AddDate(0, n, 0)
	case "w":
		for open = midnight; open.Weekday() != time.Monday; open = open.AddDate(0, 0, -1) {
		}
		return open, open.AddDate(0, 0, 7*n)
	case "d":
		for open = midnight; int(open.Unix()/86400)%n != 0; open = open.AddDate(0, 0, -1) {
		}
		return open, open.AddDate(0, 0, n)
	case "h":
		open = midnight.Add(time.Duration(at.Hour()/n*n) * time.Hour)
		return open, open.Add(time.Duration(n) * time.Hour)
	default:
		open = midnight.Add(time.Duration((at.Hour()*60+at.Minute())/n*n) * time.Minute)
		return open, open.Add(time.Duration(n) * time.Minute)
	}
}
