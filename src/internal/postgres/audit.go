package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Audit implements exchange.Books: the report stored last, a zero one before the
// first.
func (db *DB) Audit(ctx context.Context) (report exchange.AuditReport, err error) {
	err = db.pool.QueryRow(ctx, "SELECT report FROM audits WHERE id = 1").Scan(&report)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return report, fmt.Errorf("reading the latest audit: %w", err)
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
