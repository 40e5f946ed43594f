package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	lastSeq   = "SELECT coalesce(max(seq), 0) FROM commands"
	lastTrade = "SELECT coalesce(max(id), 0) FROM trades"
)

// Load implements exchange.Journal.
func (db *DB) Load(ctx context.Context) (exchange.Snapshot, error) { return db.Snapshot(ctx) }

// Snapshot implements exchange.Log.
func (db *DB) Snapshot(ctx context.Context) (s exchange.Snapshot, err error) {
	err = db.inSnapshot(ctx, func(tx pgx.Tx) (err error) {
		s, err = snapshot(ctx, tx)
		return err
	})
	return s, err
}

func snapshot(ctx context.Context, tx pgx.Tx) (s exchange.Snapshot, err error) {
	batch := &pgx.Batch{}
	batch.Queue(lastSeq).QueryRow(func(row pgx.Row) error { return row.Scan(&s.Seq) })
	batch.Queue(lastTrade).QueryRow(func(row pgx.Row) error { return row.Scan(&s.Trade) })
	collect(batch, &s.Orders, scanOrder, "SELECT "+orderColumns+" FROM orders WHERE "+openOrders+" ORDER BY id")
	collect(batch, &s.Balances, scanBalance, "SELECT "+balanceColumns+" FROM balances ORDER BY account_id, asset_id")
	collect(batch, &s.Withdrawals, scanWithdrawal, "SELECT "+withdrawalColumns+" FROM withdrawals WHERE status = 1 ORDER BY id")
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return exchange.Snapshot{}, fmt.Errorf("reading the state: %w", err)
	}
	return s, nil
}

// collect queues a query whose rows go to list.
func collect[T any](batch *pgx.Batch, list *[]T, scan func(pgx.CollectableRow) (T, error), sql string) {
	batch.Queue(sql).Query(func(r pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(r, scan)
		return err
	})
}

// readTogether runs queries that all see the database at one moment.
func (db *DB) readTogether(ctx context.Context, batch *pgx.Batch) error {
	return db.inSnapshot(ctx, func(tx pgx.Tx) error { return tx.SendBatch(ctx, batch).Close() })
}

// inSnapshot runs read in a transaction that sees the database at one moment.
func (db *DB) inSnapshot(ctx context.Context, read func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, read)
}
