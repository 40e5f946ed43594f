// Package postgres keeps the exchange in PostgreSQL: it implements the ports of
// package exchange. One file holds one aggregate; the schema is in migration/.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Sealer encrypts API secrets at rest; context binds a ciphertext to its row.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// DB is the exchange's database. It is safe for concurrent use.
type DB struct {
	pool   *pgxpool.Pool
	sealer Sealer
	now    func() time.Time
	keys   keyCache
}

// Open connects to a database, as libpq's connection string or URL names it. It
// does not wait for the server: use Ping.
func Open(ctx context.Context, dsn string, maxConnections int32, sealer Sealer, now func() time.Time) (*DB, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading the database's connection settings: %w", err)
	}
	config.MaxConns = maxConnections
	config.MaxConnIdleTime = 5 * time.Minute
	config.MaxConnLifetime = time.Hour
	config.ConnConfig.ConnectTimeout = 3 * time.Second
	params := config.ConnConfig.RuntimeParams
	params["application_name"] = "exchange"
	params["timezone"] = "UTC"
	params["synchronous_commit"] = "on" // what is acknowledged is on disk, whatever the server's default
	params["lock_timeout"] = "10s"
	params["idle_in_transaction_session_timeout"] = "30s"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the connection pool: %w", err)
	}
	return &DB{pool: pool, sealer: sealer, now: now, keys: newKeyCache()}, nil
}

// Close waits for the connections in use and closes all.
func (db *DB) Close() { db.pool.Close() }

// Ping checks that the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

// Stat returns the pool's counters.
func (db *DB) Stat() *pgxpool.Stat { return db.pool.Stat() }

func (db *DB) millis() exchange.Millis { return exchange.Millis(db.now().UnixMilli()) }

// rows runs a query and collects its rows with scan. Its error is
// exchange.ErrUnavailable if the database could not be reached.
func rows[T any](ctx context.Context, q querier, scan func(pgx.CollectableRow) (T, error), sql string, args ...any) ([]T, error) {
	r, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	list, err := pgx.CollectRows(r, scan)
	return list, unreachable(err)
}

// one runs a query that has one row; pgx.ErrNoRows if it has none, otherwise errors
// as of rows.
func one[T any](ctx context.Context, q querier, scan func(pgx.CollectableRow) (T, error), sql string, args ...any) (T, error) {
	r, err := q.Query(ctx, sql, args...)
	if err != nil {
		var none T
		return none, unreachable(err)
	}
	row, err := pgx.CollectExactlyOneRow(r, scan)
	return row, unreachable(err)
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// sqlState returns the SQLSTATE of a server's error, or "".
func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

const (
	uniqueViolation = "23505"
	leaseLost       = "BP001" // raised by hold_lease
)

func notFound(field, message string) *exchange.Error {
	return &exchange.Error{Code: exchange.CodeNotFound, Field: field, Message: message}
}
