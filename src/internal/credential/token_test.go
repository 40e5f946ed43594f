package credential_test

import (
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/bitpin/exchange/src/internal/credential"
)

func TestTokensAreRandomBase64URL(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token := credential.NewToken(32)
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(raw) != 32 || seen[token] {
			t.Fatalf("token %q: %v, %d bytes, seen before: %v", token, err, len(raw), seen[token])
		}
		seen[token] = true
	}
}

func TestHashTokenIsSHA256(t *testing.T) {
	t.Parallel()
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, "abc"
	if got := hex.EncodeToString(credential.HashToken("abc")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSignAgreesWithRFC4231(t *testing.T) {
	t.Parallel()
	const want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" // test case 2
	mac := credential.Sign([]byte("Jefe"), []byte("what do ya want for nothing?"))
	if got := hex.EncodeToString(mac); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestVerifyWantsKeyMessageAndWholeMAC(t *testing.T) {
	t.Parallel()
	key, message := []byte("key"), []byte("message")
	mac := credential.Sign(key, message)
	for name, tc := range map[string]struct {
		key, message, mac []byte
		want              bool
	}{
		"right":           {key, message, mac, true},
		"another key":     {[]byte("other"), message, mac, false},
		"another message": {key, []byte("other"), mac, false},
		"shortened":       {key, message, mac[:16], false},
		"empty":           {key, message, nil, false},
	} {
		if got := credential.Verify(tc.key, tc.message, tc.mac); got != tc.want {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}
