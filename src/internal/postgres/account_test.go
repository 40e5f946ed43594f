package postgres_test

import (
	"sync"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestAccountIsFoundByIDAndByName(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	made, err := d.CreateAccount(t.Context(), "alice", "$argon2id$…", nil)
	d.must(err)
	want := exchange.Account{ID: exchange.FirstAccount, Name: "alice", PasswordHash: "$argon2id$…", CreatedAt: d.millis()}
	if made != want {
		t.Errorf("made %+v, want %+v", made, want)
	}
	byID, err := d.Account(t.Context(), made.ID)
	d.must(err)
	byName, err := d.AccountByName(t.Context(), "alice")
	d.must(err)
	if byID != want || byName != want {
		t.Errorf("by id %+v, by name %+v, want %+v", byID, byName, want)
	}
}

func TestUnknownAccountIsNotFound(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	_, err := d.Account(t.Context(), 4711)
	wantCode(t, err, exchange.CodeNotFound)
	for _, name := range []string{"nobody", "", "a\x00bc", "a\xffbc"} {
		_, err = d.AccountByName(t.Context(), name)
		wantCode(t, err, exchange.CodeNotFound)
	}
}

func TestAccountNamesAreRefused(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	d.account("alice")
	for name, want := range map[string]exchange.Code{
		"alice":     exchange.CodeConflict,
		"-external": exchange.CodeConflict,
		"-fees":     exchange.CodeConflict,
		"Alice":     exchange.CodeInvalidParameter,
		"al":        exchange.CodeInvalidParameter,
		"":          exchange.CodeInvalidParameter,
		"a\x00bc":   exchange.CodeInvalidParameter,
	} {
		_, err := d.CreateAccount(t.Context(), name, "", nil)
		if got := exchange.CodeOf(err); got != want {
			t.Errorf("%q: got %q (%v), want %q", name, got, err, want)
		}
	}
}

func TestSameIdempotencyKeyMakesOneAccount(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	key := exchange.IdempotencyKey{Scope: "1", Key: "k", Hash: []byte("body")}
	first, err := d.CreateAccount(t.Context(), "alice", "", &key)
	d.must(err)
	again, err := d.replica().CreateAccount(t.Context(), "alice", "", &key)
	d.must(err)
	if again != first {
		t.Errorf("the second request got %+v, the first %+v", again, first)
	}
}

func TestIdempotencyKeyOfAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	key := exchange.IdempotencyKey{Scope: "1", Key: "k", Hash: []byte("body")}
	_, err := d.CreateAccount(t.Context(), "alice", "", &key)
	d.must(err)

	key.Hash = []byte("another body")
	_, err = d.CreateAccount(t.Context(), "bob", "", &key)
	wantCode(t, err, exchange.CodeIdempotencyMismatch)
	_, err = d.AccountByName(t.Context(), "bob")
	wantCode(t, err, exchange.CodeNotFound)

	key.Scope = "2" // somebody else's key of the same text
	_, err = d.CreateAccount(t.Context(), "bob", "", &key)
	wantCode(t, err, "")
}

func TestIdempotencyKeyOfACommandIsNoAccount(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	d.run(`INSERT INTO idempotency_keys VALUES ('1', 'k', 'body', '{"seq": 7}', NULL, 0)`)
	_, err := d.CreateAccount(t.Context(), "alice", "", &exchange.IdempotencyKey{Scope: "1", Key: "k", Hash: []byte("body")})
	wantCode(t, err, exchange.CodeIdempotencyMismatch)
}

func TestTakenNameIsAConflictUnderANewIdempotencyKey(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	d.account("alice")
	for range 2 {
		_, err := d.CreateAccount(t.Context(), "alice", "", &exchange.IdempotencyKey{Scope: "1", Key: "k", Hash: []byte("body")})
		wantCode(t, err, exchange.CodeConflict)
	}
}

func TestRequestsAtTheSameTimeMakeOneAccount(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	other := d.replica()
	key := exchange.IdempotencyKey{Scope: "1", Key: "k", Hash: []byte("body")}
	ids := make([]exchange.AccountID, 8)
	var group sync.WaitGroup
	for i := range ids {
		db := d.DB
		if i%2 == 1 {
			db = other
		}
		group.Go(func() {
			account, err := db.CreateAccount(t.Context(), "alice", "", &key)
			if err != nil {
				t.Error(err)
			}
			ids[i] = account.ID
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] || id == 0 {
			t.Fatalf("the requests were answered with accounts %d", ids)
		}
	}
}
