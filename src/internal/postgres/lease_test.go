package postgres_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestLeaseIsRefusedWhileItIsHeld(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	lease, acquired, err := j.Acquire(t.Context(), "second", "second:8000", leaseDuration)
	if err != nil || acquired {
		t.Fatalf("acquired = %t, error %v; want neither", acquired, err)
	}
	want := exchange.Lease{Holder: "first", Address: "first:8000", Epoch: 1, Held: true}
	if lease != want {
		t.Errorf("the lease is said to be %+v, want %+v", lease, want)
	}
	expect(t, want)(j.CurrentLease(t.Context()))
}

func TestHolderAcquiresAgainWithANewEpoch(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	if again := acquire(t, j.DB, "first"); again.Epoch != j.lease.Epoch+1 {
		t.Errorf("epoch = %d after %d", again.Epoch, j.lease.Epoch)
	}
	if err := j.Renew(t.Context(), j.lease, leaseDuration); !errors.Is(err, exchange.ErrLeaseLost) {
		t.Errorf("renewing the former epoch: %v, want %v", err, exchange.ErrLeaseLost)
	}
}

func TestLeaseIsFreeOnceItHasRunOut(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	if err := j.Renew(t.Context(), j.lease, 50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another replica has the lease", func() bool {
		_, acquired, err := j.Acquire(t.Context(), "second", "second:8000", leaseDuration)
		if err != nil {
			t.Fatal(err)
		}
		return acquired
	})
}

func TestRenewedLeaseDoesNotRunOut(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.expire(t)
	if err := j.Renew(t.Context(), j.lease, leaseDuration); err != nil {
		t.Fatal(err)
	}
	expect(t, j.lease)(j.CurrentLease(t.Context()))
}

func TestCommitRenewsTheLease(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.expire(t)
	j.commit(t, deposits())
	expect(t, j.lease)(j.CurrentLease(t.Context()))
}

// expire lets the lease run out at once.
func (j *journal) expire(t *testing.T) {
	t.Helper()
	j.execute(t, "UPDATE lease SET expires_at = clock_timestamp()")
	if lease, err := j.CurrentLease(t.Context()); err != nil || lease.Held {
		t.Fatalf("lease %+v, error %v; want one that has run out", lease, err)
	}
}

func TestReleasedLeaseIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	if err := j.Release(t.Context(), j.lease); err != nil {
		t.Fatal(err)
	}
	if second := acquire(t, j.DB, "second"); second.Epoch != 2 {
		t.Errorf("epoch = %d, want 2", second.Epoch)
	}
	if err := j.Release(t.Context(), j.lease); !errors.Is(err, exchange.ErrLeaseLost) {
		t.Errorf("releasing it again: %v, want %v", err, exchange.ErrLeaseLost)
	}
}

func TestOneOfManyAcquiresTheLease(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.expire(t)
	var winners atomic.Int32
	var group sync.WaitGroup
	for _, holder := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		group.Go(func() {
			lease, acquired, err := j.Acquire(t.Context(), holder, holder+":8000", leaseDuration)
			if err != nil {
				t.Error(err)
			}
			if acquired {
				winners.Add(1)
			}
			if acquired != (lease.Holder == holder) || lease.Epoch != 2 {
				t.Errorf("%s: acquired = %t, lease %+v", holder, acquired, lease)
			}
		})
	}
	group.Wait()
	if n := winners.Load(); n != 1 {
		t.Errorf("%d acquired the lease", n)
	}
}

func TestAcquireWaitsForACommitUnderWay(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.expire(t)
	tx := beginCommit(t, j.connect(t), j.lease)
	acquired := make(chan bool, 1)
	go func() {
		_, ok, err := j.Acquire(t.Context(), "second", "second:8000", leaseDuration)
		if err != nil {
			t.Error(err)
		}
		acquired <- ok
	}()
	j.waitUntilBlocked(t)
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if <-acquired {
		t.Error("the lease was taken although the commit has just renewed it")
	}
}

func TestFormerHolderCannotWrite(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, deposits())
	j.expire(t)
	acquire(t, j.DB, "second")
	before := j.rowCounts(t)
	if err := j.Commit(t.Context(), j.lease, leaseDuration, trading()); !errors.Is(err, exchange.ErrLeaseLost) {
		t.Errorf("error = %v, want %v", err, exchange.ErrLeaseLost)
	}
	expect(t, before)(j.rowCounts(t), nil)
}
