package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	openLevels = `
		SELECT market_id, side, price, sum(quantity - executed)::bigint
		FROM orders WHERE ` + openOrders + ` GROUP BY market_id, side, price ORDER BY market_id, side, price`
	lastPrices = `
		SELECT m.id, t.price FROM markets m
		CROSS JOIN LATERAL (SELECT price FROM trades WHERE market_id = m.id ORDER BY id DESC LIMIT 1) t`
)

// BookSnapshot implements exchange.Feed.
func (db *DB) BookSnapshot(ctx context.Context) (exchange.BookSnapshot, error) {
	s := exchange.BookSnapshot{LastPrices: map[exchange.MarketID]exchange.Amount{}}
	batch := &pgx.Batch{}
	batch.Queue(lastSeq).QueryRow(func(row pgx.Row) error { return row.Scan(&s.Seq) })
	collect(batch, &s.Levels, scanLevel, openLevels)
	batch.Queue(lastPrices).Query(func(r pgx.Rows) error {
		var market exchange.MarketID
		var price exchange.Amount
		_, err := pgx.ForEachRow(r, []any{&market, &price}, func() error {
			s.LastPrices[market] = price
			return nil
		})
		return err
	})
	if err := db.readTogether(ctx, batch); err != nil {
		return exchange.BookSnapshot{}, fmt.Errorf("reading the books: %w", err)
	}
	return s, nil
}

func scanLevel(row pgx.CollectableRow) (l exchange.LevelChange, err error) {
	err = row.Scan(&l.Market, &l.Side, &l.Price, &l.Quantity)
	return l, err
}

// Batches implements exchange.Feed.
func (db *DB) Batches(ctx context.Context, after exchange.Seq, limit int) ([]exchange.Batch, error) {
	return rows(ctx, db.core, scanBatch, "SELECT id, body FROM batches WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
}

func scanBatch(row pgx.CollectableRow) (b exchange.Batch, err error) {
	var id exchange.Seq
	var body []byte
	if err := row.Scan(&id, &body); err != nil {
		return b, err
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return b, fmt.Errorf("reading batch %d: %w", id, err)
	}
	return b, nil
}
