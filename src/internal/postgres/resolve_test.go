package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestConnectionCutAtCommitLeavesTheOutcomeOpen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		mode    int32
		durable bool
	}{
		"before the server saw it": {cutAtCommit, false},
		"after it was durable":     {cutAtConfirm, true},
	}
	batches := map[string]func() *exchange.Changes{
		"commands":      deposits,
		"refusals only": refusals,
	}
	for how, test := range tests {
		for of, changes := range batches {
			t.Run(how+", "+of, func(t *testing.T) {
				t.Parallel()
				j := newJournal(t)
				p, url := newProxy(t, j.url)
				writer := openDB(t, url)
				p.mode.Store(test.mode)
				err := writer.Commit(t.Context(), j.lease, leaseDuration, changes())
				if !errors.Is(err, exchange.ErrCommitUnknown) {
					t.Fatalf("error = %v, want %v", err, exchange.ErrCommitUnknown)
				}
				p.mode.Store(faithful)
				for range 2 { // asking again gives the same answer
					expect(t, test.durable)(writer.Resolve(t.Context(), j.lease, changes()))
				}
			})
		}
	}
}

// refusals is a first batch that accepts nothing.
func refusals() *exchange.Changes {
	return &exchange.Changes{
		Batch:       exchange.Batch{First: 1, Epoch: 1, At: noon},
		Idempotency: trading().Idempotency[1:],
	}
}

func TestCommitThatArrivesAfterResolveIsRefused(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	p, url := newProxy(t, j.url)
	writer := openDB(t, url)
	if err := writer.Commit(t.Context(), j.lease, leaseDuration, batch(1, 1)); err != nil {
		t.Fatal(err)
	}
	before := j.rowCounts(t)

	p.mode.Store(holdAtBegin) // the next one leaves the client and is held up on its way
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := writer.Commit(ctx, j.lease, leaseDuration, batch(2, 2)); !errors.Is(err, exchange.ErrCommitUnknown) {
		t.Fatalf("error = %v, want %v", err, exchange.ErrCommitUnknown)
	}
	expect(t, false)(j.Resolve(t.Context(), j.lease, batch(2, 2)))

	close(p.resume)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		t.Fatal("the server has not answered the late flight")
	}
	expect(t, before)(j.rowCounts(t), nil)
}

func TestResolveWaitsForACommitUnderWay(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	conn := j.connect(t)
	tx := beginCommit(t, conn, j.lease)
	if _, err := tx.Exec(t.Context(), "INSERT INTO commands VALUES (1, 1, 0, $1, 1, 1, 1, 1, 0)", j.lease.Epoch); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		durable bool
		err     error
	}
	answers := make(chan answer, 1)
	go func() {
		durable, err := j.Resolve(t.Context(), j.lease, batch(1, 1))
		answers <- answer{durable, err}
	}()
	j.waitUntilBlocked(t)
	select {
	case a := <-answers:
		t.Fatalf("Resolve did not wait: %+v", a)
	default:
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := <-answers; a.err != nil || !a.durable {
		t.Errorf("durable = %t, error %v; want true", a.durable, a.err)
	}
}

// beginCommit does what each commit does first, and leaves the transaction open.
func beginCommit(t *testing.T, conn *pgx.Conn, lease exchange.Lease) pgx.Tx {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "SELECT hold_lease($1, $2, $3)", lease.Holder, lease.Epoch, leaseDuration); err != nil {
		t.Fatal(err)
	}
	return tx
}

// waitUntilBlocked returns when a statement in the database waits for a lock.
func (j *journal) waitUntilBlocked(t *testing.T) {
	t.Helper()
	conn := j.connect(t)
	const sql = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
	eventually(t, "a statement waits for a lock", func() (blocked bool) {
		if err := conn.QueryRow(t.Context(), sql).Scan(&blocked); err != nil {
			t.Fatal(err)
		}
		return blocked
	})
}

// eventually waits until a condition holds, for 10 s.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("after 10 s it is not so that %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestResolveLeavesALaterEpochAlone(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	if err := j.Release(t.Context(), j.lease); err != nil {
		t.Fatal(err)
	}
	second := acquire(t, j.DB, "second")
	expect(t, false)(j.Resolve(t.Context(), j.lease, deposits()))
	expect(t, second)(j.CurrentLease(t.Context()))
}

func TestResolveGivesTheLeaseBack(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	expect(t, false)(j.Resolve(t.Context(), j.lease, deposits()))
	if err := j.Commit(t.Context(), j.lease, leaseDuration, deposits()); !errors.Is(err, exchange.ErrLeaseLost) {
		t.Errorf("error of a commit = %v, want %v", err, exchange.ErrLeaseLost)
	}
	acquire(t, j.DB, "second")
}

func TestCommitThatNeverReachedTheServerWroteNothing(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	p, url := newProxy(t, j.url)
	writer := openDB(t, url)
	p.mode.Store(closed)
	err := writer.Commit(t.Context(), j.lease, leaseDuration, deposits())
	if err == nil || errors.Is(err, exchange.ErrCommitUnknown) {
		t.Errorf("error = %v, want one that says that nothing was written", err)
	}
}
