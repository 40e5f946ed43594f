package postgres_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestFindNamesTheAccountsThatExist(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.execute(t, "INSERT INTO accounts (id, name, created_at) VALUES (100, 'alice', 0), (101, 'bob', 0), (102, 'carol', 0)")
	want := exchange.Lookup{Accounts: []exchange.AccountID{100, 102}}
	expect(t, want)(j.Find(t.Context(), nil, []exchange.AccountID{102, 100, 4711}))
}

func TestFindOfNothing(t *testing.T) {
	t.Parallel()
	expect(t, exchange.Lookup{})(newJournal(t).Find(t.Context(), nil, nil))
}

func TestKeysOfDifferentScopesDoNotMeet(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	changes := refusals()
	j.commit(t, changes)
	key := changes.Idempotency[0].Key
	key.Scope = "key-of-bob"
	expect(t, exchange.Lookup{Idempotency: []exchange.IdempotencyRecord{}})(j.Find(t.Context(), []exchange.IdempotencyKey{key}, nil))
}

// The creation of an account takes its key without the writer's knowledge.
func TestKeyTakenMeanwhileDoesNotUndoTheBatch(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	changes := deposits()
	changes.Idempotency = trading().Idempotency[:1]
	key := changes.Idempotency[0].Key
	j.execute(t, "INSERT INTO idempotency_keys VALUES ($1, $2, $3, '{}', NULL, 0)", key.Scope, key.Key, hash("create an account"))
	j.commit(t, changes)
	found, err := j.Find(t.Context(), []exchange.IdempotencyKey{key}, nil)
	if err != nil || len(found.Idempotency) != 1 {
		t.Fatalf("found %v, error %v", found.Idempotency, err)
	}
	expect(t, hash("create an account"))(found.Idempotency[0].Key.Hash, nil)
	expect(t, exchange.Seq(2))(j.snapshot(t).Seq, nil)
}
