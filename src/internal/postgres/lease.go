package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// The channels on which replicas are woken.
const (
	batchChannel = "exchange_batches"
	leaseChannel = "exchange_lease"
)

const leaseColumns = "holder, address, epoch, expires_at > clock_timestamp()"

func scanLease(row pgx.CollectableRow) (l exchange.Lease, err error) {
	err = row.Scan(&l.Holder, &l.Address, &l.Epoch, &l.Held)
	return l, err
}

// Acquire implements exchange.Journal. The update waits for a commit that holds the
// row; when it returns, no older epoch can commit.
func (db *DB) Acquire(ctx context.Context, holder, address string, duration time.Duration) (exchange.Lease, bool, error) {
	const sql = `
		UPDATE lease SET holder = $1, address = $2, epoch = epoch + 1, expires_at = clock_timestamp() + $3
		WHERE id = 1 AND (expires_at <= clock_timestamp() OR holder = $1)
		RETURNING ` + leaseColumns
	leases, err := rows(ctx, db.core, scanLease, sql, holder, address, duration)
	if err != nil {
		return exchange.Lease{}, false, fmt.Errorf("acquiring the lease: %w", err)
	}
	if len(leases) == 1 {
		return leases[0], true, nil
	}
	lease, err := db.CurrentLease(ctx)
	return lease, false, err
}

// Renew implements exchange.Journal.
func (db *DB) Renew(ctx context.Context, lease exchange.Lease, duration time.Duration) error {
	return db.holdLease(ctx, lease, duration)
}

func (db *DB) holdLease(ctx context.Context, lease exchange.Lease, duration time.Duration) error {
	_, err := db.core.Exec(ctx, "SELECT hold_lease($1, $2, $3)", lease.Holder, lease.Epoch, duration)
	if sqlState(err) == leaseLost {
		return exchange.ErrLeaseLost
	}
	return err
}

// Release implements exchange.Journal.
func (db *DB) Release(ctx context.Context, lease exchange.Lease) error {
	const sql = `
		WITH released AS (
			UPDATE lease SET expires_at = '-infinity' WHERE id = 1 AND holder = $1 AND epoch = $2 RETURNING 1)
		SELECT count(*), pg_notify('` + leaseChannel + `', '') FROM released`
	var released int
	var notified any
	if err := db.core.QueryRow(ctx, sql, lease.Holder, lease.Epoch).Scan(&released, &notified); err != nil {
		return fmt.Errorf("releasing the lease: %w", err)
	}
	if released == 0 {
		return exchange.ErrLeaseLost
	}
	return nil
}

// CurrentLease implements exchange.Journal.
func (db *DB) CurrentLease(ctx context.Context) (exchange.Lease, error) {
	return one(ctx, db.core, scanLease, "SELECT "+leaseColumns+" FROM lease WHERE id = 1")
}
