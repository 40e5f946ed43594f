package postgres_test

import (
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

func TestReadsSayThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	if err := server.EnsureDatabase(t.Context(), "exchange"); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), server.URL("exchange"), 4, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	reads := map[string]func() error{
		"account": func() error { _, err := db.AccountByName(t.Context(), "nobody"); return err },
		"key":     func() error { _, err := db.APIKey(t.Context(), "nothing"); return err },
		"session": func() error {
			_, err := db.Session(t.Context(), "0123456789012345678901234567890123456789012")
			return err
		},
		"orders":   func() error { _, err := db.OpenOrders(t.Context(), 100, 1); return err },
		"balances": func() error { _, err := db.Balances(t.Context(), 100); return err },
		"audit":    func() error { _, err := db.Audit(t.Context()); return err },
	}
	for name, read := range reads {
		if code := exchange.CodeOf(read()); code == exchange.CodeUnavailable || code == exchange.CodeInternal {
			t.Errorf("%s: code %q while the database is there", name, code)
		}
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // first on connections that were open, then on none
		for name, read := range reads {
			if name == "key" {
				continue // in memory for a while
			}
			if err := read(); exchange.CodeOf(err) != exchange.CodeUnavailable {
				t.Errorf("%s: %v, want code %q", name, err, exchange.CodeUnavailable)
			}
		}
	}
}
