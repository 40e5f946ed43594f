package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/lab/postgres"
)

func start(t *testing.T, options postgres.Options) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func exec(t *testing.T, url, sql string) {
	t.Helper()
	if _, err := connect(t, url).Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func query[T any](t *testing.T, url, sql string) T {
	t.Helper()
	var value T
	if err := connect(t, url).QueryRow(t.Context(), sql).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

func TestServerIsDurableByDefault(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{})
	for setting, want := range map[string]string{"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"} {
		if got := query[string](t, s.URL("postgres"), "SHOW "+setting); got != want {
			t.Errorf("%s = %s, want %s", setting, got, want)
		}
	}
}

func TestUserIsNoSuperuser(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{NoFsync: true})
	if query[bool](t, s.URL("postgres"), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") {
		t.Error("the exchange's role is a superuser")
	}
	if !query[bool](t, s.AdminURL("postgres"), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") {
		t.Error("the superuser is none")
	}
}

func TestWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{NoFsync: true})
	dsn := s.DSN("postgres")
	dsn.Password = "guess"
	if _, err := pgx.Connect(t.Context(), dsn.URL()); err == nil {
		t.Error("the server let a stranger in")
	}
}

func TestDataAndURLSurviveAStop(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")
	first := start(t, postgres.Options{Dir: dir, NoFsync: true})
	url := first.URL("kept")
	if err := first.EnsureDatabase(t.Context(), "kept"); err != nil {
		t.Fatal(err)
	}
	exec(t, url, "CREATE TABLE kept AS SELECT 42 AS answer")
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, postgres.Options{Dir: dir, NoFsync: true})
	if second.URL("kept") != url {
		t.Errorf("URL changed from %s to %s", url, second.URL("kept"))
	}
	if got := query[int](t, url, "SELECT answer FROM kept"); got != 42 {
		t.Errorf("answer = %d, want 42", got)
	}
}

func TestCommittedDataSurvivesAKill(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{})
	exec(t, s.URL("postgres"), "CREATE DATABASE kept")
	exec(t, s.URL("kept"), "CREATE TABLE kept AS SELECT 42 AS answer")
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), s.URL("kept")); err == nil {
		t.Fatal("a killed server answers")
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := query[int](t, s.URL("kept"), "SELECT answer FROM kept"); got != 42 {
		t.Errorf("answer = %d, want 42", got)
	}
}

func TestStopRemovesATemporaryDirectory(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{NoFsync: true})
	dir := filepath.Dir(s.LogFile())
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
}
