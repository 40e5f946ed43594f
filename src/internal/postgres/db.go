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
	pool   *pgxpool.Pool // for what clients ask
	core   *pgxpool.Pool // for batches, the lease and the feed, which never wait behind clients
	sealer Sealer
	now    func() time.Time
	keys   keyCache
}

var (
	_ exchange.Journal  = (*DB)(nil)
	_ exchange.Feed     = (*DB)(nil)
	_ exchange.Log      = (*DB)(nil)
	_ exchange.Accounts = (*DB)(nil)
	_ exchange.Books    = (*DB)(nil)
)

// Of the connections that a process may open, some have a purpose of their own.
const (
	coreConnections   = 2
	listenConnections = 1
	minConnections    = coreConnections + listenConnections + 1
)

// Open connects to a database, as libpq's connection string or URL names it. It opens
// at most maxConnections, which must be 4 or more, and does not wait for the server:
// use Ping.
func Open(ctx context.Context, dsn string, maxConnections int32, sealer Sealer, now func() time.Time) (*DB, error) {
	if maxConnections < minConnections {
		return nil, fmt.Errorf("%d connections to the database are too few: at least %d are needed", maxConnections, minConnections)
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading the database's connection settings: %w", err)
	}
	config.MaxConnIdleTime = 5 * time.Minute
	config.MaxConnLifetime = time.Hour
	config.ConnConfig.ConnectTimeout = 3 * time.Second
	setParameters(config.ConnConfig.RuntimeParams)
	db := &DB{sealer: sealer, now: now, keys: newKeyCache()}
	config.MaxConns = coreConnections
	if db.core, err = pgxpool.NewWithConfig(ctx, config.Copy()); err != nil {
		return nil, fmt.Errorf("opening the writer's connection pool: %w", err)
	}
	config.MaxConns = maxConnections - coreConnections - listenConnections
	if db.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		db.core.Close()
		return nil, fmt.Errorf("opening the connection pool: %w", err)
	}
	return db, nil
}

// setParameters sets what holds for each session, whatever the server's default.
func setParameters(params map[string]string) {
	params["application_name"] = "exchange"
	params["timezone"] = "UTC"
	params["synchronous_commit"] = "on" // what is acknowledged is on disk
	params["lock_timeout"] = "10s"
	params["idle_in_transaction_session_timeout"] = "30s"
	// A writer whose machine vanishes amid a batch must not keep the lease's row: the
	// server looks after 5 s of silence and gives the session up after 11 s.
	params["tcp_keepalives_idle"] = "5"
	params["tcp_keepalives_interval"] = "2"
	params["tcp_keepalives_count"] = "3"
}

// Close waits for the connections in use and closes all.
func (db *DB) Close() {
	db.pool.Close()
	db.core.Close()
}

// Ping checks that the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

// Stat returns the counters of the pool for what clients ask.
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
