package postgres_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
)

// listener runs Listen in the background.
type listener struct {
	t     *testing.T
	wakes chan struct{}
	ended chan error
}

// listen returns once the database listens.
func listen(ctx context.Context, t *testing.T, db *postgres.DB) *listener {
	t.Helper()
	l := &listener{t: t, wakes: make(chan struct{}, 16), ended: make(chan error, 1)}
	go func() { l.ended <- db.Listen(ctx, func() { l.wakes <- struct{}{} }) }()
	l.awaitWake()
	return l
}

func (l *listener) awaitWake() {
	l.t.Helper()
	select {
	case <-l.wakes:
	case err := <-l.ended:
		l.t.Fatalf("Listen returned: %v", err)
	case <-time.After(10 * time.Second):
		l.t.Fatal("nobody was woken")
	}
}

func (l *listener) awaitEnd() error {
	l.t.Helper()
	select {
	case err := <-l.ended:
		return err
	case <-time.After(20 * time.Second):
		l.t.Fatal("Listen goes on")
		return nil
	}
}

func TestListenWakesWhenABatchIsCommitted(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	l := listen(t.Context(), t, j.DB)
	j.commit(t, batch(1, 1))
	l.awaitWake()
	j.commit(t, batch(2, 2))
	l.awaitWake()
}

func TestListenWakesWhenTheLeaseIsGivenBack(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*journal) error{
		"by its holder": func(j *journal) error { return j.Release(t.Context(), j.lease) },
		"in doubt": func(j *journal) error {
			_, err := j.Resolve(t.Context(), j.lease, batch(1, 1))
			return err
		},
	}
	for name, giveBack := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJournal(t)
			l := listen(t.Context(), t, j.DB)
			if err := giveBack(j); err != nil {
				t.Fatal(err)
			}
			l.awaitWake()
		})
	}
}

func TestCommitNotifiesOnce(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	conn := j.connect(t)
	if _, err := conn.Exec(t.Context(), "LISTEN exchange_batches"); err != nil {
		t.Fatal(err)
	}
	j.commit(t, batch(1, 3))
	j.commit(t, refusalsAfter(3))
	j.commit(t, batch(4, 5))
	j.commit(t, batch(6, 6))
	for _, want := range []int{3, 5, 6} {
		n, err := conn.WaitForNotification(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n.Payload != strconv.Itoa(want) {
			t.Errorf("notified of %s, want %d", n.Payload, want)
		}
	}
}

// refusalsAfter is a batch that accepts nothing, after a command.
func refusalsAfter(seq exchange.Seq) *exchange.Changes {
	c := refusals()
	c.Batch.ID, c.Batch.First, c.Batch.Last = seq, seq+1, seq
	return c
}

func TestListenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := listen(ctx, t, j.DB)
	cancel()
	if err := l.awaitEnd(); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}

func TestListenEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	l := listen(t.Context(), t, j.DB)
	j.execute(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN %'`)
	if err := l.awaitEnd(); err == nil {
		t.Error("no error")
	}
}

func TestListenNoticesAServerThatHasVanished(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	p, url := newProxy(t, j.url)
	l := listen(t.Context(), t, openDB(t, url))
	p.mode.Store(silent)
	if err := l.awaitEnd(); err == nil {
		t.Error("no error")
	}
}

func TestListenReportsThatItCannotConnect(t *testing.T) {
	t.Parallel()
	db := openDB(t, "postgres://nobody@127.0.0.1:1/nothing")
	err := db.Listen(t.Context(), func() { t.Error("woken") })
	if err == nil {
		t.Error("no error")
	}
}
