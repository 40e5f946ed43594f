package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

const (
	leaseDuration = time.Minute // no test waits for it

	btc, usdt = exchange.AssetID(1), exchange.AssetID(2)
	btcusdt   = exchange.MarketID(1)
	alice     = exchange.FirstAccount
	bob       = exchange.FirstAccount + 1

	// noon is the time of the first command.
	noon exchange.Millis = 1_764_158_400_000
)

// journal is a database with a market, and a writer's lease on it.
type journal struct {
	*postgres.DB
	url   string
	lease exchange.Lease
}

func newJournal(tb testing.TB) *journal {
	tb.Helper()
	return newJournalOn(tb, pgtest.New(tb))
}

func newJournalOn(tb testing.TB, url string) *journal {
	tb.Helper()
	j := &journal{url: url}
	j.DB = openDB(tb, j.url)
	if _, err := j.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	if err := j.AddAssets(tb.Context(), []string{"BTC", "USDT"}); err != nil {
		tb.Fatal(err)
	}
	market := exchange.Market{
		Symbol: "BTCUSDT", Base: exchange.Asset{Code: "BTC"}, Quote: exchange.Asset{Code: "USDT"},
		Tick: exchange.MustAmount("0.01"), Lot: exchange.MustAmount("0.00001"),
		MinPrice: exchange.MustAmount("0.01"), MaxPrice: exchange.MustAmount("1000000"),
		MinQuantity: exchange.MustAmount("0.00001"), MaxQuantity: exchange.MustAmount("9000"),
	}
	if err := j.AddMarket(tb.Context(), market); err != nil {
		tb.Fatal(err)
	}
	j.lease = acquire(tb, j.DB, "first")
	return j
}

func openDB(tb testing.TB, url string) *postgres.DB {
	tb.Helper()
	db, err := postgres.Open(tb.Context(), url, 8, nil, time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(db.Close)
	return db
}

func acquire(tb testing.TB, db *postgres.DB, holder string) exchange.Lease {
	tb.Helper()
	lease, acquired, err := db.Acquire(tb.Context(), holder, holder+":8000", leaseDuration)
	if err != nil || !acquired {
		tb.Fatalf("acquiring the lease as %q: acquired = %t, error %v", holder, acquired, err)
	}
	return lease
}

// commit writes a batch that must succeed.
func (j *journal) commit(tb testing.TB, changes *exchange.Changes) {
	tb.Helper()
	if err := j.Commit(tb.Context(), j.lease, leaseDuration, changes); err != nil {
		tb.Fatalf("committing batch %d: %v", changes.Batch.ID, err)
	}
}

// execute runs a statement as an administrator would.
func (j *journal) execute(tb testing.TB, sql string, args ...any) {
	tb.Helper()
	conn := j.connect(tb)
	if _, err := conn.Exec(tb.Context(), sql, args...); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
}

func (j *journal) connect(tb testing.TB) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), j.url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// snapshot reads the state.
func (j *journal) snapshot(tb testing.TB) exchange.Snapshot {
	tb.Helper()
	s, err := j.Load(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// rowCounts returns how many rows each table has that a commit writes.
func (j *journal) rowCounts(tb testing.TB) map[string]int {
	tb.Helper()
	conn, counts := j.connect(tb), map[string]int{}
	for _, table := range []string{
		"commands", "orders", "trades", "candles", "ledger_entries", "balances", "deposits", "withdrawals", "idempotency_keys", "batches",
	} {
		var n int
		if err := conn.QueryRow(tb.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			tb.Fatal(err)
		}
		counts[table] = n
	}
	return counts
}
