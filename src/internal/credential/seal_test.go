package credential_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/bitpin/exchange/src/internal/credential"
)

func TestSealedOpensInItsContextOnly(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t, secretKey)
	for _, plaintext := range []string{"", "a secret", string(make([]byte, 10_000))} {
		sealed := seal(t, sealer, plaintext, "key-1")
		if got, err := sealer.Open(sealed, []byte("key-1")); err != nil || string(got) != plaintext {
			t.Errorf("opening a secret of %d bytes: %v", len(plaintext), err)
		}
		if _, err := sealer.Open(sealed, []byte("key-2")); !errors.Is(err, credential.ErrOpen) {
			t.Errorf("another context opens a secret of %d bytes: %v", len(plaintext), err)
		}
	}
}

func TestAnotherKeyDoesNotOpen(t *testing.T) {
	t.Parallel()
	sealed := seal(t, newSealer(t, secretKey), "a secret", "key-1")
	other := newSealer(t, credential.Derive(secretKey, "another"))
	if _, err := other.Open(sealed, []byte("key-1")); !errors.Is(err, credential.ErrOpen) {
		t.Errorf("got %v, want ErrOpen", err)
	}
}

func TestAlteredSealedDoesNotOpen(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t, secretKey)
	sealed := seal(t, sealer, "a secret", "key-1")
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := sealer.Open(altered, []byte("key-1")); !errors.Is(err, credential.ErrOpen) {
			t.Errorf("byte %d altered: got %v, want ErrOpen", i, err)
		}
		if _, err := sealer.Open(sealed[:i], []byte("key-1")); !errors.Is(err, credential.ErrOpen) {
			t.Errorf("cut to %d bytes: got %v, want ErrOpen", i, err)
		}
	}
}

func TestSealingTwiceDiffersAndHidesTheSecret(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t, secretKey)
	one, two := seal(t, sealer, "a secret", "key-1"), seal(t, sealer, "a secret", "key-1")
	if bytes.Equal(one, two) {
		t.Error("the nonce is not random")
	}
	if bytes.Contains(one, []byte("secret")) {
		t.Error("the secret can be read")
	}
}

func TestShortKeyMakesNoSealer(t *testing.T) {
	t.Parallel()
	if _, err := credential.NewSealer(secretKey[:31]); !errors.Is(err, credential.ErrKeyTooShort) {
		t.Errorf("got %v, want ErrKeyTooShort", err)
	}
}

func newSealer(t *testing.T, key []byte) *credential.Sealer {
	t.Helper()
	sealer, err := credential.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return sealer
}

func seal(t *testing.T, sealer *credential.Sealer, plaintext, context string) []byte {
	t.Helper()
	sealed, err := sealer.Seal([]byte(plaintext), []byte(context))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}
