package postgres

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	maxKeyBytes = 128 // no longer key can exist
	randomBytes = 32  // of keys, secrets and tokens
	keyColumns  = "key, account_id, scopes, label"
)

var (
	errNoAPIKey  = &exchange.Error{Code: exchange.CodeUnauthorized, Message: "Invalid API-key."}
	errNoSuchKey = notFound("key", "No such API key.")
)

// CreateAPIKey implements exchange.Accounts. A key that exists is CodeConflict.
func (db *DB) CreateAPIKey(ctx context.Context, key exchange.APIKey) (exchange.APIKey, error) {
	if len(key.Key) > maxKeyBytes || !storable(key.Key) {
		return exchange.APIKey{}, &exchange.Error{Code: exchange.CodeInvalidParameter, Field: "key", Message: "An API key is text of at most 128 bytes."}
	}
	if key.Key == "" {
		key.Key = randomText()
	}
	if key.Secret == "" {
		key.Secret = randomText()
	}
	sealed, err := db.sealer.Seal([]byte(key.Secret), []byte(key.Key))
	if err != nil {
		return exchange.APIKey{}, fmt.Errorf("sealing the secret of an API key: %w", err)
	}
	const sql = "INSERT INTO api_keys (key, account_id, secret, scopes, label, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
	_, err = db.pool.Exec(ctx, sql, key.Key, key.Account, sealed, key.Scopes, key.Label, db.millis())
	db.keys.forget(key.Key) // whatever came of it: it may be there now
	switch sqlState(err) {
	case uniqueViolation:
		return exchange.APIKey{}, &exchange.Error{Code: exchange.CodeConflict, Field: "key", Message: "This API key exists."}
	case foreignKeyViolation:
		return exchange.APIKey{}, errNoAccount("account")
	}
	if err != nil {
		return exchange.APIKey{}, fmt.Errorf("storing an API key: %w", err)
	}
	return key, nil
}

// APIKey implements exchange.Accounts.
func (db *DB) APIKey(ctx context.Context, key string) (exchange.APIKey, error) {
	if len(key) > maxKeyBytes || !storable(key) {
		return exchange.APIKey{}, errNoAPIKey
	}
	began := db.now()
	found, exists, cached, ticket := db.keys.get(key, began)
	if !cached {
		var err error
		if found, exists, err = db.readAPIKey(ctx, key); err != nil {
			return exchange.APIKey{}, fmt.Errorf("reading an API key: %w", err)
		}
		db.keys.put(key, found, exists, began, ticket)
	}
	if !exists {
		return exchange.APIKey{}, errNoAPIKey
	}
	return found, nil
}

func (db *DB) readAPIKey(ctx context.Context, key string) (found exchange.APIKey, exists bool, err error) {
	var sealed []byte
	scan := func(row pgx.CollectableRow) (k exchange.APIKey, err error) {
		err = row.Scan(&k.Key, &k.Account, &k.Scopes, &k.Label, &sealed)
		return k, err
	}
	found, err = one(ctx, db.pool, scan, "SELECT "+keyColumns+", secret FROM api_keys WHERE key = $1", key)
	if errors.Is(err, pgx.ErrNoRows) {
		return found, false, nil
	}
	if err != nil {
		return found, false, err
	}
	secret, err := db.sealer.Open(sealed, []byte(key))
	found.Secret = string(secret)
	return found, err == nil, err
}

// APIKeys implements exchange.Accounts. They come in the order in which they were
// made.
func (db *DB) APIKeys(ctx context.Context, account exchange.AccountID) ([]exchange.APIKey, error) {
	const sql = "SELECT " + keyColumns + " FROM api_keys WHERE account_id = $1 ORDER BY created_at, key"
	return rows(ctx, db.pool, func(row pgx.CollectableRow) (k exchange.APIKey, err error) {
		err = row.Scan(&k.Key, &k.Account, &k.Scopes, &k.Label)
		return k, err
	}, sql, account)
}

// RevokeAPIKey implements exchange.Accounts.
func (db *DB) RevokeAPIKey(ctx context.Context, account exchange.AccountID, key string) error {
	if !storable(key) {
		return errNoSuchKey
	}
	tag, err := db.pool.Exec(ctx, "DELETE FROM api_keys WHERE account_id = $1 AND key = $2", account, key)
	db.keys.forget(key)
	if err != nil {
		return fmt.Errorf("revoking an API key: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errNoSuchKey
	}
	return nil
}

// storable reports whether PostgreSQL can hold a text. What it cannot hold is not
// there.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

// randomText returns 32 random bytes as base64url.
func randomText() string {
	b := make([]byte, randomBytes)
	rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
