package postgres

import (
	"context"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Prune implements exchange.Journal. It forgets a beginning of the batches, never
// one between others, and always keeps the latest: a replica that was away finds
// it and sees what it has missed.
func (db *DB) Prune(ctx context.Context, before exchange.Millis) error {
	const sql = `
		DELETE FROM batches WHERE id < coalesce(
			(SELECT id FROM batches WHERE at >= $1 ORDER BY id LIMIT 1),
			(SELECT max(id) FROM batches))`
	if _, err := db.pool.Exec(ctx, sql, before); err != nil {
		return fmt.Errorf("forgetting old batches: %w", err)
	}
	return nil
}
