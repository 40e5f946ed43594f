package credential_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/credential"
)

var secretKey = credential.Derive([]byte("a key for tests"), "tests")

func TestParseSecretKeyReadsHexAndBase64(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"hex":              hex.EncodeToString(secretKey),
		"upper-case hex":   strings.ToUpper(hex.EncodeToString(secretKey)),
		"base64":           base64.StdEncoding.EncodeToString(secretKey),
		"unpadded base64":  base64.RawStdEncoding.EncodeToString(secretKey),
		"base64url":        base64.URLEncoding.EncodeToString(secretKey),
		"unpadded url-b64": base64.RawURLEncoding.EncodeToString(secretKey),
	} {
		if key, err := credential.ParseSecretKey(text); err != nil || !bytes.Equal(key, secretKey) {
			t.Errorf("%s: got %x, %v", name, key, err)
		}
	}
}

func TestParseSecretKeyRefusesBadKeys(t *testing.T) {
	t.Parallel()
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(200 + 3*i)
	}
	for name, tc := range map[string]struct {
		text string
		want error
	}{
		"empty":         {"", credential.ErrKeyTooShort},
		"31 bytes":      {hex.EncodeToString(secretKey[:31]), credential.ErrKeyTooShort},
		"not encoded":   {"correct horse battery staple, as it is typed", credential.ErrKeySyntax},
		"trailing line": {hex.EncodeToString(secretKey) + "\n", credential.ErrKeySyntax},
		"all zero":      {strings.Repeat("00", 32), credential.ErrKeyWeak},
		"one byte":      {strings.Repeat("a7", 64), credential.ErrKeyWeak},
		"short pattern": {strings.Repeat("deadbeef", 16), credential.ErrKeyWeak},
		"counting":      {hex.EncodeToString(counting), credential.ErrKeyWeak},
		"very long":     {strings.Repeat("a7", 4096), credential.ErrKeyTooLong},
	} {
		key, err := credential.ParseSecretKey(tc.text)
		if !errors.Is(err, tc.want) || key != nil {
			t.Errorf("%s: got %x, %v; want %v", name, key, err, tc.want)
		}
		if err != nil && len(tc.text) > 0 && strings.Contains(err.Error(), tc.text) {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
}

func TestDerivedKeysDependOnKeyAndPurpose(t *testing.T) {
	t.Parallel()
	one := credential.Derive(secretKey, "one")
	if len(one) != 32 || !bytes.Equal(one, credential.Derive(secretKey, "one")) {
		t.Errorf("Derive is not a function to 32 bytes: %x", one)
	}
	if bytes.Equal(one, credential.Derive(secretKey, "two")) {
		t.Error("two purposes share a key")
	}
	if bytes.Equal(one, credential.Derive(secretKey[1:], "one")) {
		t.Error("two secret keys share a derived key")
	}
}
