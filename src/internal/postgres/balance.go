package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const balanceColumns = "account_id, asset_id, available, locked"

func scanBalance(row pgx.CollectableRow) (b exchange.Balance, err error) {
	err = row.Scan(&b.Account, &b.Asset, &b.Available, &b.Locked)
	return b, err
}

// Balances implements exchange.Books.
func (db *DB) Balances(ctx context.Context, account exchange.AccountID) ([]exchange.Balance, error) {
	return rows(ctx, db.pool, scanBalance, "SELECT "+balanceColumns+" FROM balances WHERE account_id = $1 ORDER BY asset_id", account)
}

// Deposits implements exchange.Books.
func (db *DB) Deposits(ctx context.Context, account exchange.AccountID, limit int) ([]exchange.Transfer, error) {
	const sql = "SELECT id, account_id, asset_id, amount, reference, at FROM deposits WHERE account_id = $1 ORDER BY id DESC LIMIT $2"
	return rows(ctx, db.pool, func(row pgx.CollectableRow) (t exchange.Transfer, err error) {
		err = row.Scan(&t.ID, &t.Account, &t.Asset, &t.Amount, &t.Reference, &t.At)
		return t, err
	}, sql, account, limit)
}

const withdrawalColumns = "id, account_id, asset_id, amount, reference, status, requested_at, updated_at"

func scanWithdrawal(row pgx.CollectableRow) (w exchange.Withdrawal, err error) {
	err = row.Scan(&w.ID, &w.Account, &w.Asset, &w.Amount, &w.Reference, &w.Status, &w.RequestedAt, &w.UpdatedAt)
	return w, err
}

// Withdrawals implements exchange.Books.
func (db *DB) Withdrawals(ctx context.Context, account exchange.AccountID, limit int) ([]exchange.Withdrawal, error) {
	const sql = "SELECT " + withdrawalColumns + " FROM withdrawals WHERE account_id = $1 ORDER BY id DESC LIMIT $2"
	return rows(ctx, db.pool, scanWithdrawal, sql, account, limit)
}

// Withdrawal implements exchange.Books.
func (db *DB) Withdrawal(ctx context.Context, id exchange.Seq) (exchange.Withdrawal, error) {
	w, err := one(ctx, db.pool, scanWithdrawal, "SELECT "+withdrawalColumns+" FROM withdrawals WHERE id = $1", id)
	if errors.Is(err, pgx.ErrNoRows) {
		return w, notFound("id", "No such withdrawal.")
	}
	return w, err
}
