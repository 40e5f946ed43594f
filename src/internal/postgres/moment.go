package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Moment is the database as it was at one moment, while it goes on changing. It
// implements exchange.Log, and is not safe for concurrent use.
type Moment struct {
	tx pgx.Tx
	at exchange.Millis
}

// AtOneMoment has read look at the database as it is now.
func (db *DB) AtOneMoment(ctx context.Context, read func(*Moment) error) error {
	return db.inSnapshot(ctx, func(tx pgx.Tx) error { return read(&Moment{tx, db.millis()}) })
}

// Replay implements exchange.Log.
func (m *Moment) Replay(ctx context.Context, visit func(exchange.CommandRecord, *exchange.Order) error) error {
	return replay(ctx, m.tx, visit)
}

// Snapshot implements exchange.Log.
func (m *Moment) Snapshot(ctx context.Context) (exchange.Snapshot, error) { return snapshot(ctx, m.tx) }
