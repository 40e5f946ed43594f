package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Each file is a query whose rows, of one text column, are violations of an invariant.
// The file's name names it after a number, and the first line says what it means.
//
//go:embed invariant/*.sql
var invariants embed.FS

const maxExamples = 20

// standBack leaves the other cores to the writer, and compiles nothing.
const standBack = "SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)"

// RunAudit recomputes all invariants that the database can tell, from the rows alone,
// as of one moment. It reads all of the log, the ledger, the orders and the trades.
// That a replay gives the same state is for the engine to tell.
func (db *DB) RunAudit(ctx context.Context) (report exchange.AuditReport, err error) {
	err = db.AtOneMoment(ctx, func(m *Moment) (err error) {
		report, err = m.RunAudit(ctx)
		return err
	})
	return report, err
}

// RunAudit is that of DB, as of the moment.
func (m *Moment) RunAudit(ctx context.Context) (exchange.AuditReport, error) {
	report := exchange.AuditReport{At: m.at}
	files, err := fs.Glob(invariants, "invariant/*.sql")
	if err != nil {
		return report, err
	}
	if _, err := m.tx.Exec(ctx, standBack); err != nil {
		return report, fmt.Errorf("preparing to audit the books: %w", err)
	}
	if err := m.tx.QueryRow(ctx, lastSeq).Scan(&report.Seq); err != nil {
		return report, fmt.Errorf("auditing the books: %w", err)
	}
	for _, file := range files {
		invariant, err := checkInvariant(ctx, m.tx, file)
		if err != nil {
			return exchange.AuditReport{}, fmt.Errorf("auditing the books: checking %s: %w", file, err)
		}
		report.Invariants = append(report.Invariants, invariant)
	}
	return report, nil
}

func checkInvariant(ctx context.Context, tx pgx.Tx, file string) (i exchange.Invariant, err error) {
	text, err := invariants.ReadFile(file)
	if err != nil {
		return i, err
	}
	meaning, query, _ := strings.Cut(string(text), "\n")
	_, name, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	i.Name, i.Meaning = name, strings.TrimPrefix(meaning, "-- ")
	sql := "WITH violations AS MATERIALIZED (" + query + ") SELECT count(*), ARRAY(SELECT violation FROM violations LIMIT $1) FROM violations"
	err = tx.QueryRow(ctx, sql, maxExamples).Scan(&i.Violations, &i.Examples)
	return i, err
}

// Audit implements exchange.Books: the report stored last, a zero one before the
// first.
func (db *DB) Audit(ctx context.Context) (report exchange.AuditReport, err error) {
	err = db.pool.QueryRow(ctx, "SELECT report FROM audits WHERE id = 1").Scan(&report)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return report, fmt.Errorf("reading the latest audit: %w", unreachable(err))
	}
	return report, nil
}

// SaveAudit stores a report for Audit, unless a later one is stored.
func (db *DB) SaveAudit(ctx context.Context, report exchange.AuditReport) error {
	const sql = `
		INSERT INTO audits (id, report) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET report = excluded.report
		WHERE (audits.report->>'seq')::bigint <= (excluded.report->>'seq')::bigint`
	if _, err := db.pool.Exec(ctx, sql, report); err != nil {
		return fmt.Errorf("storing an audit: %w", err)
	}
	return nil
}
