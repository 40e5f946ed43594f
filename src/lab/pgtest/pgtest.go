// Package pgtest gives tests real PostgreSQL databases.
//
// The server is the one that `lab postgres -- go test ./...` started for all test
// binaries, as `make test` does. Under a plain `go test`, each test binary starts
// one of its own, which goes when the binary ends.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bitpin/exchange/src/lab/postgres"
)

// URLVariable names the environment variable with the URL of the shared server.
const URLVariable = "EXCHANGE_TEST_POSTGRES_URL"

// New returns the URL of a fresh, empty database, which is dropped at the end of
// the test. Its role owns it and is no superuser. The server confirms commits
// before they are on disk (fsync=off), which no test can tell unless the machine
// crashes.
func New(tb testing.TB) string {
	tb.Helper()
	url, err := shared()
	if err != nil {
		tb.Fatalf("starting PostgreSQL for the tests: %v", err)
	}
	dsn, err := postgres.ParseDSN(url)
	if err != nil {
		tb.Fatalf("%s: %v", URLVariable, err)
	}
	dsn.Database = "test_" + strings.ToLower(rand.Text())
	if err := execute(url, "CREATE DATABASE "+dsn.Database); err != nil {
		tb.Fatalf("creating a database for the test: %v", err)
	}
	tb.Cleanup(func() {
		if err := drop(url, dsn.Database); err != nil {
			tb.Errorf("dropping the test's database: %v", err)
		}
	})
	return dsn.URL()
}

// Environment returns the variables (DATABASE_HOST and so on) that make the
// exchange's binary use the database of a URL.
func Environment(tb testing.TB, url string) []string {
	tb.Helper()
	dsn, err := postgres.ParseDSN(url)
	if err != nil {
		tb.Fatal(err)
	}
	return dsn.Environment()
}

// Server starts a durable server for this test alone, which the test may kill and
// restart. It ends with the test.
func Server(tb testing.TB) *postgres.Server {
	tb.Helper()
	s, err := postgres.Start(tb.Context(), postgres.Options{})
	if err != nil {
		tb.Fatalf("starting PostgreSQL for the test: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Stop(); err != nil {
			tb.Errorf("stopping the test's PostgreSQL: %v", err)
		}
	})
	return s
}

// shared returns the URL of the server that tests share.
var shared = sync.OnceValues(func() (string, error) {
	if url := os.Getenv(URLVariable); url != "" {
		return url, nil
	}
	s, err := postgres.Start(context.Background(), postgres.Options{NoFsync: true})
	if err != nil {
		return "", fmt.Errorf("%w\n(`make test` installs what is missing, where it may)", err)
	}
	return s.URL(postgres.DefaultDatabase), nil
})

// drop removes a database with whoever is still connected. The server's own vacuum is
// not ours to end, and ends by itself.
func drop(url, database string) error {
	const notOurs = "42501" // insufficient_privilege
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		err := execute(url, "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)")
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != notOurs || time.Now().After(deadline) {
			return err
		}
	}
}

// execute runs one statement on a connection of its own. It does not end with the
// test, because cleaning up comes after that.
func execute(url, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}
