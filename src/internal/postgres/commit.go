package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Commit implements exchange.Journal. The whole transaction, COMMIT included, goes
// to the server in one flight, so the time on the network counts once. What must
// be checked is therefore checked by the server: hold_lease checks the epoch, and
// expect_rows that every row meant was found.
func (db *DB) Commit(ctx context.Context, lease exchange.Lease, duration time.Duration, changes *exchange.Changes) error {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue(beginWriting, lease.Holder, lease.Epoch, duration)
	if err := queueChanges(batch, changes); err != nil {
		return err
	}
	batch.Queue("COMMIT")
	conn, err := db.core.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connecting to commit: %w", err)
	}
	defer conn.Release() // closes a connection whose transaction has failed
	return commitError(send(ctx, conn.Conn(), batch))
}

// beginWriting holds the lease and has the planner find rows by their index only:
// its plans live long, and are made when the tables are still small.
const beginWriting = `SELECT hold_lease($1, $2, $3), set_config('enable_seqscan', 'off', true),
	set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

func queueChanges(batch *pgx.Batch, c *exchange.Changes) error {
	queueChangedOrders(batch, c.ChangedOrders) // first: a new order may reuse the client order id of one that it closes
	queueNewOrders(batch, c.NewOrders)
	queueCommands(batch, c.Commands, c.Batch.Epoch)
	queueTrades(batch, c.Batch.Trades)
	queueEntries(batch, c.Entries)
	queueNewBalances(batch, c.NewBalances)
	queueBalanceDeltas(batch, c.BalanceDeltas)
	queueDeposits(batch, c.Deposits)
	queueWithdrawals(batch, c.Withdrawals)
	if err := queueIdempotency(batch, c.Idempotency, c.Batch.At); err != nil {
		return err
	}
	return queueOutbox(batch, c)
}

// send runs a batch that ends with COMMIT. It returns nil as soon as the server
// has confirmed the COMMIT, whatever becomes of the connection then.
func send(ctx context.Context, conn *pgx.Conn, batch *pgx.Batch) error {
	results := conn.SendBatch(ctx, batch)
	defer results.Close()
	for range batch.Len() {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	return nil
}

// commitError tells errors after which certainly nothing was written from those
// that leave it open. The server undoes everything when it reports an ERROR; a
// FATAL one only says that the connection is gone.
func commitError(err error) error {
	var refusal *pgconn.PgError
	var unsent pgx.ErrPreprocessingBatch
	switch {
	case err == nil:
		return nil
	case sqlState(err) == leaseLost:
		return exchange.ErrLeaseLost
	case errors.As(err, &refusal) && refusal.SeverityUnlocalized == "ERROR",
		errors.As(err, &unsent), pgconn.SafeToRetry(err):
		return fmt.Errorf("writing the batch: %w", err)
	}
	return fmt.Errorf("%w: %w", exchange.ErrCommitUnknown, err)
}
