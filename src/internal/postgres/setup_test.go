package postgres_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

// database is a migrated database of one test, with a clock that the test sets.
type database struct {
	*postgres.DB
	t    testing.TB
	url  string
	time atomic.Int64 // milliseconds
}

// newDatabase makes a database without assets or markets. Its clock stands still at
// 2026-03-04 05:06:07.
func newDatabase(t testing.TB) *database {
	t.Helper()
	d := &database{t: t, url: pgtest.New(t)}
	d.set(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	d.DB = d.replica()
	_, err := d.Migrate(t.Context())
	d.must(err)
	return d
}

// replica opens the database once more, as another replica does.
func (d *database) replica() *postgres.DB {
	d.t.Helper()
	sealer, err := credential.NewSealer(credential.Derive([]byte("tests"), "postgres"))
	d.must(err)
	db, err := postgres.Open(d.t.Context(), d.url, 4, sealer, d.now)
	d.must(err)
	d.t.Cleanup(db.Close)
	return db
}

func (d *database) now() time.Time { return time.UnixMilli(d.time.Load()).UTC() }

func (d *database) millis() exchange.Millis { return exchange.Millis(d.time.Load()) }

func (d *database) set(at time.Time) { d.time.Store(at.UnixMilli()) }

func (d *database) pass(duration time.Duration) { d.time.Add(duration.Milliseconds()) }

func (d *database) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// run executes statements, as the owner of the tables, on a connection of its own.
func (d *database) run(sql string, args ...any) {
	d.t.Helper()
	conn, err := pgx.Connect(d.t.Context(), d.url)
	d.must(err)
	defer conn.Close(d.t.Context())
	if _, err := conn.Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// query scans the only row of a query.
func (d *database) query(sql string, into ...any) {
	d.t.Helper()
	conn, err := pgx.Connect(d.t.Context(), d.url)
	d.must(err)
	defer conn.Close(d.t.Context())
	if err := conn.QueryRow(d.t.Context(), sql).Scan(into...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// account opens an account.
func (d *database) account(name string) exchange.AccountID {
	d.t.Helper()
	account, err := d.CreateAccount(d.t.Context(), name, "", nil)
	d.must(err)
	return account.ID
}

// wantCode fails the test unless err has a code; "" is for no error.
func wantCode(t testing.TB, err error, want exchange.Code) {
	t.Helper()
	if got := exchange.CodeOf(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}
