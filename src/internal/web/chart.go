package web

import (
	"context"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// The chart shows a day in candles of a quarter of an hour. Its drawing is chartWidth ×
// chartHeight units, stretched to the space there is; a candle has candleWidth.
const (
	chartInterval = exchange.Interval("15m")
	chartCandles  = 96
	candleMillis  = 15 * 60 * 1000
	candleWidth   = 10
	chartWidth    = chartCandles * candleWidth
	chartHeight   = 1000
)

// chartView is a market's day as it is drawn. It is empty where nothing was traded.
type chartView struct {
	Width, Height int
	High, Low     string
	Candles       []candleView
}

// candleView is a candle's body and wick, from the top left corner of the drawing.
type candleView struct {
	X, Middle           int
	WickTop, WickBottom int
	Top, Height         int
	Trend               string
}

func (s *site) chartView(ctx context.Context, m exchange.Market) (chartView, error) {
	candles, err := s.Books.Candles(ctx, exchange.CandleQuery{Market: m.ID, Interval: chartInterval, Limit: chartCandles})
	if err != nil {
		return chartView{}, fmt.Errorf("reading the candles of %s: %w", m.Symbol, err)
	}
	return newChartView(m, candles, exchange.Millis(s.Now().UnixMilli())), nil
}

// newChartView draws the candles of the day that ends with now's candle.
func newChartView(m exchange.Market, candles []exchange.Candle, now exchange.Millis) chartView {
	view := chartView{Width: chartWidth, Height: chartHeight, High: none, Low: none}
	begin := now - now%candleMillis - (chartCandles-1)*candleMillis
	var high, low exchange.Amount
	for _, c := range candles {
		if c.Trades > 0 && c.OpenTime >= begin {
			high = max(high, c.High)
			if low == 0 || c.Low < low {
				low = c.Low
			}
		}
	}
	if low == 0 {
		return view
	}
	view.High, view.Low = decimal(high, decimalsOf(m.Tick)), decimal(low, decimalsOf(m.Tick))
	y := func(price exchange.Amount) int {
		return int(chartHeight * (float64(high-price) / float64(max(1, high-low))))
	}
	for _, c := range candles {
		slot := int((c.OpenTime - begin) / candleMillis)
		if c.Trades == 0 || c.OpenTime < begin || slot >= chartCandles {
			continue
		}
		x, top, bottom := slot*candleWidth, y(max(c.Open, c.Close)), y(min(c.Open, c.Close))
		view.Candles = append(view.Candles, candleView{
			X: x + 1, Middle: x + candleWidth/2, WickTop: y(c.High), WickBottom: y(c.Low),
			Top: top, Height: max(4, bottom-top), Trend: candleTrend(c),
		})
	}
	return view
}

// candleTrend is the class of a candle; one that ends where it began rose.
func candleTrend(c exchange.Candle) string {
	if c.Close < c.Open {
		return "down"
	}
	return "up"
}
