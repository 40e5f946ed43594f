package marketdata_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
)

// deep is a book of 10,000 levels a side.
func deep() *marketdata.View {
	levels := make([]exchange.LevelChange, 0, 20_000)
	for i := exchange.Amount(1); i <= 10_000; i++ {
		levels = append(levels, level(btc, exchange.Buy, i, 1), level(btc, exchange.Sell, 20_000+i, 1))
	}
	v := marketdata.New(markets)
	v.Reset(1, levels, nil)
	return v
}

// A batch of 64 commands that come and go within 50 levels of the best price.
func BenchmarkApply(b *testing.B) {
	v := deep()
	batch := &exchange.Batch{First: 1}
	for i := exchange.Amount(0); i < 64; i++ {
		batch.Levels = append(batch.Levels, level(btc, exchange.Sell, 20_001+i%50, i%3))
	}
	b.ReportAllocs()
	for b.Loop() {
		batch.Last = v.Seq() + 1
		v.Apply(batch)
	}
}

func BenchmarkDepth(b *testing.B) {
	v := deep()
	b.ReportAllocs()
	for b.Loop() {
		v.Depth(btc, 100)
	}
}
