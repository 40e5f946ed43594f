package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/postgres"
)

func TestWriterDoesNotWaitForReaders(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	occupy(t, j.DB)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := j.Commit(ctx, j.lease, leaseDuration, deposits()); err != nil {
		t.Errorf("committing: %v", err)
	}
	if err := j.Renew(ctx, j.lease, leaseDuration); err != nil {
		t.Errorf("renewing the lease: %v", err)
	}
	if batches, err := j.Batches(ctx, 0, 10); err != nil || len(batches) != 1 {
		t.Errorf("following: %d batches, error %v; want 1", len(batches), err)
	}
}

// occupy takes every connection that reads may use until the test ends.
func occupy(t *testing.T, db *postgres.DB) {
	t.Helper()
	end := make(chan struct{})
	var readers, reading sync.WaitGroup
	for range db.Stat().MaxConns() {
		reading.Add(1)
		readers.Go(func() {
			err := db.AtOneMoment(context.Background(), func(*postgres.Moment) error {
				reading.Done()
				<-end
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() {
		close(end)
		readers.Wait()
	})
	reading.Wait()
	if s := db.Stat(); s.AcquiredConns() != s.MaxConns() {
		t.Fatalf("%d of %d connections are in use", s.AcquiredConns(), s.MaxConns())
	}
}

func TestProcessOpensNoMoreConnectionsThanItMay(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	const most = 4
	db, err := postgres.Open(t.Context(), j.url, most, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	listen(t.Context(), t, db)
	occupy(t, db)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := db.CurrentLease(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	j.Close() // those that are left are of the process in question
	conn := j.connect(t)
	var open int
	const sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'exchange'"
	eventually(t, "the other connections are closed", func() bool {
		if err := conn.QueryRow(t.Context(), sql).Scan(&open); err != nil {
			t.Fatal(err)
		}
		return open <= most
	})
}

func TestTooFewConnectionsAreRefused(t *testing.T) {
	t.Parallel()
	if db, err := postgres.Open(t.Context(), "postgres://nobody@127.0.0.1/nothing", 3, nil, time.Now); err == nil {
		db.Close()
		t.Error("no error")
	}
}
