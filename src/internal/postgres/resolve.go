package postgres

import (
	"context"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Resolve implements exchange.Journal. A batch whose sender is gone may still be on
// its way to the server, or wait there for its turn; looking alone would not tell.
// So the epoch is ended first: the update waits for a commit that has the lease's
// row, and any that comes later is refused. The lease is then free for all.
func (db *DB) Resolve(ctx context.Context, lease exchange.Lease, changes *exchange.Changes) (durable bool, err error) {
	const end = `
		WITH ended AS (
			UPDATE lease SET epoch = epoch + 1, expires_at = '-infinity' WHERE id = 1 AND epoch = $1 RETURNING 1)
		SELECT pg_notify('` + leaseChannel + `', '') FROM ended`
	if _, err := db.core.Exec(ctx, end, lease.Epoch); err != nil {
		return false, fmt.Errorf("ending epoch %d: %w", lease.Epoch, err)
	}
	sql, args := whetherDurable(lease, changes)
	if err := db.core.QueryRow(ctx, sql, args...).Scan(&durable); err != nil {
		return false, fmt.Errorf("looking for batch %d: %w", changes.Batch.ID, err)
	}
	return durable, nil
}

// whetherDurable asks for one row that the batch alone writes: its last command or,
// if it has none, its first refusal.
func whetherDurable(lease exchange.Lease, changes *exchange.Changes) (sql string, args []any) {
	if len(changes.Commands) > 0 {
		return "SELECT EXISTS (SELECT FROM commands WHERE seq = $1 AND epoch = $2)", []any{changes.Batch.Last, lease.Epoch}
	}
	if len(changes.Idempotency) > 0 {
		key := &changes.Idempotency[0].Key
		return "SELECT EXISTS (SELECT FROM idempotency_keys WHERE scope = $1 AND key = $2 AND hash = $3)", []any{key.Scope, key.Key, key.Hash}
	}
	return "SELECT true", nil // it writes nothing
}
