package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestChartDrawsTheDay(t *testing.T) {
	t.Parallel()
	now := exchange.Millis(noon.UnixMilli())
	candle := func(ago int, open, high, low, last string) exchange.Candle {
		return exchange.Candle{OpenTime: now - exchange.Millis(ago)*candleMillis, Trades: 1, Open: exchange.MustAmount(open),
			High: exchange.MustAmount(high), Low: exchange.MustAmount(low), Close: exchange.MustAmount(last)}
	}
	silent := exchange.Candle{OpenTime: now - 2*candleMillis, Open: 1, High: 1, Low: 1, Close: 1}
	yesterday := candle(chartCandles, "1", "999", "1", "1")
	got := newChartView(btcusdt, []exchange.Candle{yesterday, candle(95, "110", "120", "100", "115"), silent, candle(0, "120", "120", "110", "112")}, now+1)
	want := chartView{Width: 960, Height: 1000, High: "120.00", Low: "100.00", Candles: []candleView{
		{X: 1, Middle: 5, WickTop: 0, WickBottom: 1000, Top: 250, Height: 250, Trend: "up"},
		{X: 951, Middle: 955, WickTop: 0, WickBottom: 500, Top: 0, Height: 400, Trend: "down"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChartOfASilentDayIsEmpty(t *testing.T) {
	t.Parallel()
	got := newChartView(btcusdt, nil, exchange.Millis(noon.UnixMilli()))
	if len(got.Candles) != 0 || got.High != none {
		t.Errorf("got %+v", got)
	}
}
