package postgres_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func (d *database) key(account exchange.AccountID) exchange.APIKey {
	d.t.Helper()
	key, err := d.CreateAPIKey(d.t.Context(), exchange.APIKey{Account: account, Scopes: exchange.ScopeRead | exchange.ScopeTrade, Label: "bot"})
	d.must(err)
	return key
}

func TestAPIKeyIsMadeAndRead(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	made := d.key(d.account("alice"))
	if len(made.Key) != 43 || len(made.Secret) != 43 || made.Key == made.Secret {
		t.Errorf("key %q and secret %q are not 32 random bytes each", made.Key, made.Secret)
	}
	read, err := d.replica().APIKey(t.Context(), made.Key)
	d.must(err)
	if read != made {
		t.Errorf("read %+v, made %+v", read, made)
	}
}

func TestGivenAPIKeyIsStoredAsItIs(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	given := exchange.APIKey{Key: "demo-key", Secret: "demo-secret", Account: d.account("alice"), Scopes: exchange.ScopeOperator}
	made, err := d.CreateAPIKey(t.Context(), given)
	d.must(err)
	read, err := d.APIKey(t.Context(), "demo-key")
	d.must(err)
	if made != given || read != given {
		t.Errorf("made %+v, read %+v, want %+v", made, read, given)
	}
}

func TestAPIKeysAreRefused(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	alice := d.account("alice")
	made := d.key(alice)
	for name, tc := range map[string]struct {
		key  exchange.APIKey
		want exchange.Code
	}{
		"a second of the same name": {exchange.APIKey{Key: made.Key, Account: alice}, exchange.CodeConflict},
		"of no account":             {exchange.APIKey{Account: 4711}, exchange.CodeNotFound},
		"too long":                  {exchange.APIKey{Key: fmt.Sprintf("%0129d", 0), Account: alice}, exchange.CodeInvalidParameter},
	} {
		_, err := d.CreateAPIKey(t.Context(), tc.key)
		if got := exchange.CodeOf(err); got != tc.want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, tc.want)
		}
	}
}

func TestStoredSecretIsSealedForItsKeyAlone(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	alice := d.account("alice")
	one, other := d.key(alice), d.key(alice)
	var sealed []byte
	d.query("SELECT secret FROM api_keys ORDER BY created_at LIMIT 1", &sealed)
	if bytes.Contains(sealed, []byte(one.Secret)) || bytes.Contains(sealed, []byte(other.Secret)) {
		t.Error("the database holds the secret in clear")
	}
	d.run("UPDATE api_keys SET secret = (SELECT secret FROM api_keys WHERE key = $1) WHERE key = $2", one.Key, other.Key)
	if _, err := d.APIKey(t.Context(), other.Key); exchange.CodeOf(err) != exchange.CodeInternal {
		t.Errorf("a secret that was moved to another key: got %v, want an internal error", err)
	}
}

func TestAPIKeysAreListedWithoutSecrets(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	alice, bob := d.account("alice"), d.account("bob")
	first := d.key(alice)
	d.pass(time.Second)
	second := d.key(alice)
	d.key(bob)
	first.Secret, second.Secret = "", ""
	listed, err := d.APIKeys(t.Context(), alice)
	d.must(err)
	if diff := cmp.Diff([]exchange.APIKey{first, second}, listed); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownAPIKeyIsUnauthorized(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	for _, key := range []string{"", "unknown", "a\xffb", "a\x00b", fmt.Sprintf("%0129d", 0)} {
		_, err := d.APIKey(t.Context(), key)
		if exchange.CodeOf(err) != exchange.CodeUnauthorized {
			t.Errorf("%.10q: got %v, want unauthorized", key, err)
		}
	}
}

func TestRevokedAPIKeyEndsAtOnceHereAndWithinFiveSecondsElsewhere(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	other := d.replica()
	alice := d.account("alice")
	key := d.key(alice)
	_, err := d.APIKey(t.Context(), key.Key)
	d.must(err)
	_, err = other.APIKey(t.Context(), key.Key)
	d.must(err)

	d.must(d.RevokeAPIKey(t.Context(), alice, key.Key))
	_, err = d.APIKey(t.Context(), key.Key)
	wantCode(t, err, exchange.CodeUnauthorized)
	d.pass(4999 * time.Millisecond)
	_, err = other.APIKey(t.Context(), key.Key)
	wantCode(t, err, "") // from memory
	d.pass(time.Millisecond)
	_, err = other.APIKey(t.Context(), key.Key)
	wantCode(t, err, exchange.CodeUnauthorized)
}

func TestMadeAPIKeyWorksAtOnceHereAndWithinFiveSecondsElsewhere(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	other := d.replica()
	wanted := exchange.APIKey{Key: "key", Account: d.account("alice"), Scopes: exchange.ScopeRead}
	_, err := d.APIKey(t.Context(), "key")
	wantCode(t, err, exchange.CodeUnauthorized)
	_, err = other.APIKey(t.Context(), "key")
	wantCode(t, err, exchange.CodeUnauthorized)

	_, err = d.CreateAPIKey(t.Context(), wanted)
	d.must(err)
	_, err = d.APIKey(t.Context(), "key")
	wantCode(t, err, "")
	_, err = other.APIKey(t.Context(), "key")
	wantCode(t, err, exchange.CodeUnauthorized) // from memory
	d.pass(5 * time.Second)
	_, err = other.APIKey(t.Context(), "key")
	wantCode(t, err, "")
}

func TestKeyThatAnotherReplicaMadeIsSeenOnceItsNameIsRefused(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	other := d.replica()
	wanted := exchange.APIKey{Key: "key", Account: d.account("alice"), Scopes: exchange.ScopeRead}
	_, err := other.APIKey(t.Context(), "key")
	wantCode(t, err, exchange.CodeUnauthorized)
	made, err := d.CreateAPIKey(t.Context(), wanted)
	d.must(err)
	_, err = other.CreateAPIKey(t.Context(), wanted)
	wantCode(t, err, exchange.CodeConflict)
	read, err := other.APIKey(t.Context(), "key")
	d.must(err)
	if read != made {
		t.Errorf("read %+v, made %+v", read, made)
	}
}

func TestOnlyTheOwnersAPIKeyIsRevoked(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	alice, bob := d.account("alice"), d.account("bob")
	key := d.key(alice)
	wantCode(t, d.RevokeAPIKey(t.Context(), bob, key.Key), exchange.CodeNotFound)
	_, err := d.APIKey(t.Context(), key.Key)
	wantCode(t, err, "")
	wantCode(t, d.RevokeAPIKey(t.Context(), alice, key.Key), "")
	wantCode(t, d.RevokeAPIKey(t.Context(), alice, key.Key), exchange.CodeNotFound)
	wantCode(t, d.RevokeAPIKey(t.Context(), alice, "a\x00b"), exchange.CodeNotFound)
}
