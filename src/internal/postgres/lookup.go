package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	findIdempotency = `
		SELECT scope, key, hash, outcome, refusal FROM idempotency_keys
		JOIN unnest($1::text[], $2::text[]) AS asked (scope, key) USING (scope, key)`
	findAccounts = "SELECT id FROM accounts WHERE id = ANY ($1::bigint[]) ORDER BY id"
)

// Find implements exchange.Journal. Both questions travel together.
func (db *DB) Find(ctx context.Context, keys []exchange.IdempotencyKey, accounts []exchange.AccountID) (found exchange.Lookup, err error) {
	batch := &pgx.Batch{}
	if len(keys) > 0 {
		scopes, names := make([]string, len(keys)), make([]string, len(keys))
		for i := range keys {
			scopes[i], names[i] = keys[i].Scope, keys[i].Key
		}
		batch.Queue(findIdempotency, scopes, names).Query(func(r pgx.Rows) (err error) {
			found.Idempotency, err = pgx.CollectRows(r, scanIdempotency)
			return err
		})
	}
	if len(accounts) > 0 {
		batch.Queue(findAccounts, accounts).Query(func(r pgx.Rows) (err error) {
			found.Accounts, err = pgx.CollectRows(r, pgx.RowTo[exchange.AccountID])
			return err
		})
	}
	if err := db.core.SendBatch(ctx, batch).Close(); err != nil {
		return exchange.Lookup{}, fmt.Errorf("looking up keys and accounts: %w", err)
	}
	return found, nil
}
