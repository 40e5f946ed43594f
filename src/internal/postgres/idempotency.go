package postgres

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// insertIdempotency keeps the first answer to a key that the creation of an
// account, which does not pass through the writer, took meanwhile: a key used for
// two requests is its user's mistake and must not undo the others' commands.
const insertIdempotency = `
	INSERT INTO idempotency_keys (scope, key, hash, outcome, refusal, created_at)
	SELECT scope, key, hash, outcome, refusal, $6
	FROM unnest($1::text[], $2::text[], $3::bytea[], $4::jsonb[], $5::jsonb[]) AS n (scope, key, hash, outcome, refusal)
	ON CONFLICT (scope, key) DO NOTHING`

func queueIdempotency(batch *pgx.Batch, records []exchange.IdempotencyRecord, at exchange.Millis) error {
	if len(records) == 0 {
		return nil
	}
	n := len(records)
	scopes, keys, hashes := make([]string, n), make([]string, n), make([][]byte, n)
	outcomes, refusals := make([]json.RawMessage, n), make([]json.RawMessage, n)
	for i := range records {
		r := &records[i]
		scopes[i], keys[i], hashes[i] = r.Key.Scope, r.Key.Key, r.Key.Hash
		var err error
		if outcomes[i], err = json.Marshal(&r.Outcome); err != nil {
			return fmt.Errorf("encoding the outcome of %q: %w", r.Key.Key, err)
		}
		if r.Refusal == nil {
			continue
		}
		if refusals[i], err = json.Marshal(r.Refusal); err != nil {
			return fmt.Errorf("encoding the refusal of %q: %w", r.Key.Key, err)
		}
	}
	batch.Queue(insertIdempotency, scopes, keys, hashes, outcomes, refusals, at)
	return nil
}

func scanIdempotency(row pgx.CollectableRow) (r exchange.IdempotencyRecord, err error) {
	var outcome, refusal []byte
	if err := row.Scan(&r.Key.Scope, &r.Key.Key, &r.Key.Hash, &outcome, &refusal); err != nil {
		return r, err
	}
	if err := json.Unmarshal(outcome, &r.Outcome); err != nil {
		return r, fmt.Errorf("reading the outcome of %q: %w", r.Key.Key, err)
	}
	if refusal == nil {
		return r, nil
	}
	if err := json.Unmarshal(refusal, &r.Refusal); err != nil {
		return r, fmt.Errorf("reading the refusal of %q: %w", r.Key.Key, err)
	}
	return r, nil
}
