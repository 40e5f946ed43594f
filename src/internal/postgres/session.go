package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	sessionLifetime = 12 * time.Hour
	tokenChars      = 43 // 32 bytes as base64url
	maxExpired      = 100
)

var errNoSession = &exchange.Error{Code: exchange.CodeUnauthorized, Message: "The session has ended. Sign in again."}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token)) // the token is random: neither salt nor stretching is needed
	return sum[:]
}

// CreateSession implements exchange.Accounts. It also forgets some sessions that
// have expired: more than it adds.
func (db *DB) CreateSession(ctx context.Context, account exchange.AccountID) (exchange.Session, error) {
	owner, err := db.Account(ctx, account)
	if err != nil {
		return exchange.Session{}, err
	}
	now := db.millis()
	s := exchange.Session{
		Token: randomText(), CSRF: randomText(), Account: owner.ID, Name: owner.Name,
		ExpiresAt: now + exchange.Millis(sessionLifetime.Milliseconds()),
	}
	const sql = `
		WITH expired AS (
			DELETE FROM sessions WHERE token_hash IN (
				SELECT token_hash FROM sessions WHERE expires_at <= $5 LIMIT $6 FOR UPDATE SKIP LOCKED))
		INSERT INTO sessions (token_hash, account_id, csrf, expires_at) VALUES ($1, $2, $3, $4)`
	_, err = db.pool.Exec(ctx, sql, hashToken(s.Token), s.Account, s.CSRF, s.ExpiresAt, now, maxExpired)
	if err != nil {
		return exchange.Session{}, fmt.Errorf("storing a session: %w", err)
	}
	return s, nil
}

// Session implements exchange.Accounts.
func (db *DB) Session(ctx context.Context, token string) (exchange.Session, error) {
	if len(token) != tokenChars {
		return exchange.Session{}, errNoSession
	}
	const sql = `
		SELECT csrf, account_id, name, expires_at FROM sessions JOIN accounts ON accounts.id = account_id
		WHERE token_hash = $1 AND expires_at > $2`
	s := exchange.Session{Token: token}
	err := db.pool.QueryRow(ctx, sql, hashToken(token), db.millis()).Scan(&s.CSRF, &s.Account, &s.Name, &s.ExpiresAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return exchange.Session{}, errNoSession
	}
	if err != nil {
		return exchange.Session{}, fmt.Errorf("reading a session: %w", unreachable(err))
	}
	return s, nil
}

// DeleteSession implements exchange.Accounts. A session that is not there is as good
// as deleted.
func (db *DB) DeleteSession(ctx context.Context, token string) error {
	if _, err := db.pool.Exec(ctx, "DELETE FROM sessions WHERE token_hash = $1", hashToken(token)); err != nil {
		return fmt.Errorf("deleting a session: %w", err)
	}
	return nil
}
