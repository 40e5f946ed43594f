package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Catalog is the list of assets and markets, read once: they change by a seed or a
// migration, and a replica reads them when it starts.
type Catalog struct {
	assets   []exchange.Asset
	markets  []exchange.Market
	byCode   map[string]exchange.Asset
	byAsset  map[exchange.AssetID]exchange.Asset
	bySymbol map[string]exchange.Market
	byMarket map[exchange.MarketID]exchange.Market
}

// Catalog reads all assets and markets and refuses a market that breaks a rule.
func (db *DB) Catalog(ctx context.Context) (*Catalog, error) {
	assets, err := rows(ctx, db.pool, scanAsset, "SELECT id, code FROM assets ORDER BY code")
	if err != nil {
		return nil, fmt.Errorf("reading the assets: %w", err)
	}
	const sql = `
		SELECT m.id, m.symbol, b.id, b.code, q.id, q.code, tick, lot, min_price, max_price, min_quantity, max_quantity, min_notional
		FROM markets m JOIN assets b ON b.id = base_id JOIN assets q ON q.id = quote_id ORDER BY symbol`
	markets, err := rows(ctx, db.pool, scanMarket, sql)
	if err != nil {
		return nil, fmt.Errorf("reading the markets: %w", err)
	}
	c := &Catalog{
		assets: assets, markets: markets,
		byCode: map[string]exchange.Asset{}, byAsset: map[exchange.AssetID]exchange.Asset{},
		bySymbol: map[string]exchange.Market{}, byMarket: map[exchange.MarketID]exchange.Market{},
	}
	for _, a := range assets {
		c.byCode[a.Code], c.byAsset[a.ID] = a, a
	}
	for _, m := range markets {
		if err := m.Validate(); err != nil {
			return nil, err
		}
		c.bySymbol[m.Symbol], c.byMarket[m.ID] = m, m
	}
	return c, nil
}

func scanAsset(row pgx.CollectableRow) (a exchange.Asset, err error) {
	err = row.Scan(&a.ID, &a.Code)
	return a, err
}

func scanMarket(row pgx.CollectableRow) (m exchange.Market, err error) {
	err = row.Scan(&m.ID, &m.Symbol, &m.Base.ID, &m.Base.Code, &m.Quote.ID, &m.Quote.Code, &m.Tick, &m.Lot,
		&m.MinPrice, &m.MaxPrice, &m.MinQuantity, &m.MaxQuantity, &m.MinNotional)
	return m, err
}

// Assets implements exchange.Catalog.
func (c *Catalog) Assets() []exchange.Asset { return c.assets }

// Asset implements exchange.Catalog.
func (c *Catalog) Asset(code string) (exchange.Asset, bool) {
	a, ok := c.byCode[code]
	return a, ok
}

// AssetByID implements exchange.Catalog.
func (c *Catalog) AssetByID(id exchange.AssetID) (exchange.Asset, bool) {
	a, ok := c.byAsset[id]
	return a, ok
}

// Markets implements exchange.Catalog.
func (c *Catalog) Markets() []exchange.Market { return c.markets }

// Market implements exchange.Catalog.
func (c *Catalog) Market(symbol string) (exchange.Market, bool) {
	m, ok := c.bySymbol[symbol]
	return m, ok
}

// MarketByID implements exchange.Catalog.
func (c *Catalog) MarketByID(id exchange.MarketID) (exchange.Market, bool) {
	m, ok := c.byMarket[id]
	return m, ok
}

// AddAssets adds assets that are not there yet, by code, and leaves the others.
func (db *DB) AddAssets(ctx context.Context, codes []string) error {
	const sql = `
		INSERT INTO assets (id, code)
		SELECT (SELECT coalesce(max(id), 0) FROM assets) + row_number() OVER (), code
		FROM unnest($1::text[]) AS code WHERE code NOT IN (SELECT code FROM assets)`
	if _, err := db.pool.Exec(ctx, sql, codes); err != nil {
		return fmt.Errorf("adding assets: %w", err)
	}
	return nil
}

// AddMarket adds a market unless its symbol is there. Base and quote are named by
// their codes; the ids are the database's.
func (db *DB) AddMarket(ctx context.Context, m exchange.Market) error {
	if err := m.Validate(); err != nil {
		return err
	}
	const sql = `
		INSERT INTO markets (id, symbol, base_id, quote_id, tick, lot, min_price, max_price, min_quantity, max_quantity, min_notional)
		SELECT (SELECT coalesce(max(id), 0) + 1 FROM markets), $1, b.id, q.id, $4, $5, $6, $7, $8, $9, $10
		FROM assets b, assets q WHERE b.code = $2 AND q.code = $3
		ON CONFLICT (symbol) DO NOTHING`
	_, err := db.pool.Exec(ctx, sql, m.Symbol, m.Base.Code, m.Quote.Code, m.Tick, m.Lot,
		m.MinPrice, m.MaxPrice, m.MinQuantity, m.MaxQuantity, m.MinNotional)
	if err != nil {
		return fmt.Errorf("adding market %s: %w", m.Symbol, err)
	}
	return nil
}
