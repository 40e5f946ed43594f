package stream_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
	"github.com/bitpin/exchange/src/internal/stream"
)

// What Publish costs the writer: the hub's own work is done elsewhere.
func BenchmarkPublish(b *testing.B) {
	c := newCatalog()
	view := marketdata.New(c.Markets())
	hub := stream.NewHub(stream.Options{Catalog: c, View: view, Accounts: newAccounts(), Books: &history{}})
	hub.Start(0)
	defer func() { _ = hub.Shutdown(context.Background()) }()
	batches := make([]*exchange.Batch, b.N)
	for i := range batches {
		batches[i] = &exchange.Batch{First: exchange.Seq(i + 1), Last: exchange.Seq(i + 1)}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, batch := range batches {
		hub.Publish(batch)
	}
}

// What the hub does with a batch of 100 trades and 100 levels, by the number of
// connections that listen to trades. Their sockets are not part of it.
func BenchmarkEncode(b *testing.B) {
	for _, listeners := range []int{0, 1, 100, 1000} {
		b.Run(fmt.Sprintf("listeners=%d", listeners), func(b *testing.B) {
			c := newCatalog()
			view := marketdata.New(c.Markets())
			hub := stream.NewHub(stream.Options{Catalog: c, View: view, Accounts: newAccounts(), Books: &history{}})
			hub.Listen("btcusdt@trade", listeners)
			batch := &exchange.Batch{}
			for i := range 100 {
				batch.Trades = append(batch.Trades, exchange.Trade{ID: exchange.TradeID(i), Market: btcusdt, Price: amount("20000.01"), Quantity: amount("0.25"), TakerSide: exchange.Buy})
				batch.Levels = append(batch.Levels, exchange.LevelChange{Market: btcusdt, Side: exchange.Buy, Price: exchange.Amount(1 + i), Quantity: 1})
			}
			b.ReportAllocs()
			for b.Loop() {
				batch.Last++
				hub.Encode(batch)
			}
		})
	}
}
