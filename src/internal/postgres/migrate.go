package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed migration/*.sql
var migrations embed.FS

// migrationLock is an advisory lock: of several replicas that migrate at once, one
// does and the others wait.
const migrationLock = 0x6269747069 // "bitpi"

// Migrate brings the schema up to date and returns the names of the migrations it
// applied. Each runs in a transaction of its own together with its record. A
// migration only adds, or removes what the release before it no longer used, so
// the old and the new release run beside each other.
func (db *DB) Migrate(ctx context.Context) (applied []string, err error) {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to migrate: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SET lock_timeout = 0"); err != nil {
		return nil, fmt.Errorf("preparing to migrate: %w", err)
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return nil, fmt.Errorf("waiting for other migrations: %w", err)
	}
	defer func() {
		// The session may carry its settings and the lock no further.
		_ = conn.Conn().Close(context.WithoutCancel(ctx))
	}()
	const table = `CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())`
	if _, err := conn.Exec(ctx, table); err != nil {
		return nil, fmt.Errorf("recording migrations: %w", err)
	}
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		done, err := migrate(ctx, conn.Conn(), name)
		if err != nil {
			return applied, fmt.Errorf("migration %s: %w", name, err)
		}
		if done {
			applied = append(applied, name)
		}
	}
	return applied, nil
}

// migrate applies one file unless it is recorded.
func migrate(ctx context.Context, conn *pgx.Conn, name string) (applied bool, err error) {
	base := strings.TrimPrefix(name, "migration/")
	digits, _, _ := strings.Cut(base, "_")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return false, fmt.Errorf("the name does not begin with a number: %w", err)
	}
	script, err := migrations.ReadFile(name)
	if err != nil {
		return false, err
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "INSERT INTO migrations (number, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", number, base)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		applied = true
		_, err = tx.Exec(ctx, string(script))
		return err
	})
	return applied && err == nil, err
}

// Migrated returns an error unless the schema has every migration that this
// release knows.
func (db *DB) Migrated(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return err
	}
	var count int
	if err := db.pool.QueryRow(ctx, "SELECT count(*) FROM migrations WHERE number <= $1", len(names)).Scan(&count); err != nil {
		return fmt.Errorf("reading the schema's version (run `exchange migrate` first): %w", err)
	}
	if count < len(names) {
		return fmt.Errorf("the schema has %d of %d migrations: run `exchange migrate` first", count, len(names))
	}
	return nil
}
