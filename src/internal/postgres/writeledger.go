package postgres

import (
	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

var insertEntries = "INSERT INTO ledger_entries (seq, account_id, asset_id, available, locked) SELECT * FROM " + unnest(5)

func queueEntries(batch *pgx.Batch, entries []exchange.PostedEntry) {
	if len(entries) == 0 {
		return
	}
	c := newColumns(5, len(entries))
	for i := range entries {
		e := &entries[i]
		c.add(int64(e.Seq), int64(e.Account), int64(e.Asset), int64(e.Available), int64(e.Locked))
	}
	batch.Queue(insertEntries, c.with()...)
}

func balanceArrays(balances []exchange.Balance) columns {
	c := newColumns(4, len(balances))
	for i := range balances {
		b := &balances[i]
		c.add(int64(b.Account), int64(b.Asset), int64(b.Available), int64(b.Locked))
	}
	return c
}

var insertBalances = "INSERT INTO balances (" + balanceColumns + ") SELECT * FROM " + unnest(4)

func queueNewBalances(batch *pgx.Batch, balances []exchange.Balance) {
	if len(balances) > 0 {
		batch.Queue(insertBalances, balanceArrays(balances).with()...)
	}
}

var addToBalances = `
	WITH updated AS (
		UPDATE balances b SET available = b.available + d.available, locked = b.locked + d.locked
		FROM ` + unnest(4) + ` AS d (account_id, asset_id, available, locked)
		WHERE b.account_id = d.account_id AND b.asset_id = d.asset_id RETURNING 1)
	SELECT expect_rows('balances', $5, count(*)) FROM updated`

func queueBalanceDeltas(batch *pgx.Batch, deltas []exchange.Balance) {
	if len(deltas) > 0 {
		batch.Queue(addToBalances, balanceArrays(deltas).with(len(deltas))...)
	}
}

var insertDeposits = "INSERT INTO deposits (id, account_id, asset_id, amount, at, reference) SELECT * FROM " + unnest(5, "text")

func queueDeposits(batch *pgx.Batch, deposits []exchange.Transfer) {
	if len(deposits) == 0 {
		return
	}
	c, references := newColumns(5, len(deposits)), make([]string, 0, len(deposits))
	for i := range deposits {
		d := &deposits[i]
		c.add(int64(d.ID), int64(d.Account), int64(d.Asset), int64(d.Amount), int64(d.At))
		references = append(references, d.Reference)
	}
	batch.Queue(insertDeposits, c.with(references)...)
}

var upsertWithdrawals = `
	INSERT INTO withdrawals (id, account_id, asset_id, amount, status, requested_at, updated_at, reference)
	SELECT * FROM ` + unnest(7, "text") + `
	ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at`

func queueWithdrawals(batch *pgx.Batch, withdrawals []exchange.Withdrawal) {
	if len(withdrawals) == 0 {
		return
	}
	c, references := newColumns(7, len(withdrawals)), make([]string, 0, len(withdrawals))
	row := make(map[exchange.Seq]int, len(withdrawals))
	for i := range withdrawals {
		row[withdrawals[i].ID] = i
	}
	for i := range withdrawals {
		w := &withdrawals[i]
		if row[w.ID] != i {
			continue // one requested and ended in the same batch: its last state counts
		}
		c.add(int64(w.ID), int64(w.Account), int64(w.Asset), int64(w.Amount), int64(w.Status), int64(w.RequestedAt), int64(w.UpdatedAt))
		references = append(references, w.Reference)
	}
	batch.Queue(upsertWithdrawals, c.with(references)...)
}
