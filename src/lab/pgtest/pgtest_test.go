package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/lab/pgtest"
)

func TestDatabasesAreFreshAndApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		conn, err := pgx.Connect(t.Context(), pgtest.New(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "CREATE TABLE one (n integer)"); err != nil {
			t.Errorf("the database is not empty: %v", err)
		}
	}
}

func TestDatabaseGoesWithItsTest(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) {
		url = pgtest.New(t)
		// A connection that the test leaves open must not keep the database.
		if _, err := pgx.Connect(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := pgx.Connect(t.Context(), url); err == nil {
		t.Error("the database of a finished test is still there")
	}
}

func TestServerRestartsUnderItsTest(t *testing.T) {
	t.Parallel()
	s := pgtest.Server(t)
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), s.URL("postgres")); err != nil {
		t.Error(err)
	}
}
