package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	accountColumns      = "id, name, password_hash, created_at"
	foreignKeyViolation = "23503"
)

func errNoAccount(field string) *exchange.Error { return notFound(field, "No such account.") }

func scanAccount(row pgx.CollectableRow) (a exchange.Account, err error) {
	err = row.Scan(&a.ID, &a.Name, &a.PasswordHash, &a.CreatedAt)
	return a, err
}

// Account implements exchange.Accounts.
func (db *DB) Account(ctx context.Context, id exchange.AccountID) (exchange.Account, error) {
	return account(ctx, db.pool, "id", "id = $1", id)
}

// AccountByName implements exchange.Accounts.
func (db *DB) AccountByName(ctx context.Context, name string) (exchange.Account, error) {
	if !exchange.ValidAccountName(name) {
		return exchange.Account{}, errNoAccount("name")
	}
	return account(ctx, db.pool, "name", "name = $1", name)
}

func account(ctx context.Context, q querier, field, condition string, arg any) (exchange.Account, error) {
	a, err := one(ctx, q, scanAccount, "SELECT "+accountColumns+" FROM accounts WHERE "+condition, arg)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, errNoAccount(field)
	}
	if err != nil {
		return a, fmt.Errorf("reading an account: %w", err)
	}
	return a, nil
}

// CreateAccount implements exchange.Accounts. The account and the record of the
// idempotency key are one transaction; the name's uniqueness makes a second request
// under way at the same time wait for the first.
func (db *DB) CreateAccount(ctx context.Context, name, passwordHash string, key *exchange.IdempotencyKey) (exchange.Account, error) {
	if !exchange.ValidAccountName(name) {
		return exchange.Account{}, &exchange.Error{Code: exchange.CodeInvalidParameter, Field: "name",
			Message: "An account's name has 3 to 32 characters, of a-z, 0-9, '-' and '_'."}
	}
	var made exchange.Account
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) (err error) {
		var replayed bool
		if made, replayed, err = replayAccount(ctx, tx, key); replayed || err != nil {
			return err
		}
		const sql = "INSERT INTO accounts (name, password_hash, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING " + accountColumns
		made, err = one(ctx, tx, scanAccount, sql, name, passwordHash, db.millis())
		if errors.Is(err, pgx.ErrNoRows) {
			if made, replayed, err = replayAccount(ctx, tx, key); replayed || err != nil {
				return err
			}
			return &exchange.Error{Code: exchange.CodeConflict, Field: "name", Message: "This name is taken."}
		}
		if err != nil || key == nil {
			return err
		}
		return recordAccount(ctx, tx, key, made)
	})
	if err != nil {
		return exchange.Account{}, fmt.Errorf("creating account %s: %w", name, err)
	}
	return made, nil
}

// replayAccount returns the account that an earlier use of the key made.
func replayAccount(ctx context.Context, tx pgx.Tx, key *exchange.IdempotencyKey) (made exchange.Account, replayed bool, err error) {
	if key == nil {
		return made, false, nil
	}
	var hash []byte
	var id exchange.AccountID // 0 where the key stands for a command
	const sql = "SELECT hash, coalesce((outcome->>'account')::bigint, 0) FROM idempotency_keys WHERE scope = $1 AND key = $2"
	err = tx.QueryRow(ctx, sql, key.Scope, key.Key).Scan(&hash, &id)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return made, false, nil
	case err != nil:
		return made, false, fmt.Errorf("looking up the idempotency key: %w", err)
	case id == 0 || !bytes.Equal(hash, key.Hash):
		return made, false, exchange.ErrIdempotencyMismatch
	}
	made, err = account(ctx, tx, "id", "id = $1", id)
	return made, true, err
}

func recordAccount(ctx context.Context, tx pgx.Tx, key *exchange.IdempotencyKey, made exchange.Account) error {
	const sql = `
		INSERT INTO idempotency_keys (scope, key, hash, outcome, created_at)
		VALUES ($1, $2, $3, jsonb_build_object('account', $4::bigint), $5) ON CONFLICT DO NOTHING`
	tag, err := tx.Exec(ctx, sql, key.Scope, key.Key, key.Hash, made.ID, made.CreatedAt)
	if err != nil {
		return fmt.Errorf("recording the idempotency key: %w", err)
	}
	if tag.RowsAffected() == 0 { // another request used it meanwhile
		return exchange.ErrIdempotencyMismatch
	}
	return nil
}
