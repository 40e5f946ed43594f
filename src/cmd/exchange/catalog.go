package main

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
)

// catalogInterval is the time between two looks for new assets and markets.
const catalogInterval = 2 * time.Second

// liveCatalog implements exchange.Catalog with what the database had at the last
// look, so that a market can be added while the exchange serves.
type liveCatalog struct {
	current atomic.Pointer[postgres.Catalog]
}

func newLiveCatalog(c *postgres.Catalog) *liveCatalog {
	l := &liveCatalog{}
	l.current.Store(c)
	return l
}

// follow calls changed whenever something was added, until ctx ends. While the
// database is away, the catalog stays as it was.
func (l *liveCatalog) follow(ctx context.Context, db *postgres.DB, changed func([]exchange.Market)) {
	ticker := time.NewTicker(catalogInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		next, err := db.Catalog(ctx)
		if err != nil {
			continue
		}
		last := l.current.Swap(next)
		if !slices.Equal(last.Markets(), next.Markets()) {
			changed(next.Markets())
		}
	}
}

// Assets implements exchange.Catalog.
func (l *liveCatalog) Assets() []exchange.Asset { return l.current.Load().Assets() }

// Asset implements exchange.Catalog.
func (l *liveCatalog) Asset(code string) (exchange.Asset, bool) { return l.current.Load().Asset(code) }

// AssetByID implements exchange.Catalog.
func (l *liveCatalog) AssetByID(id exchange.AssetID) (exchange.Asset, bool) {
	return l.current.Load().AssetByID(id)
}

// Markets implements exchange.Catalog.
func (l *liveCatalog) Markets() []exchange.Market { return l.current.Load().Markets() }

// Market implements exchange.Catalog.
func (l *liveCatalog) Market(symbol string) (exchange.Market, bool) {
	return l.current.Load().Market(symbol)
}

// MarketByID implements exchange.Catalog.
func (l *liveCatalog) MarketByID(id exchange.MarketID) (exchange.Market, bool) {
	return l.current.Load().MarketByID(id)
}
