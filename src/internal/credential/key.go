package credential

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// MinSecretKeyBytes is the least length of the exchange's secret key.
const MinSecretKeyBytes = 32

const (
	maxSecretKeyText = 1024
	leastDistinct    = 16 // 32 random bytes have fewer distinct values once in 10^13
	derivedKeyBytes  = 32
)

// Errors of ParseSecretKey and NewSealer. They are matched with errors.Is.
var (
	ErrKeySyntax   = errors.New("the key is neither base64 nor hex")
	ErrKeyTooShort = errors.New("the key must have at least 32 bytes")
	ErrKeyTooLong  = errors.New("the key's text must have at most 1024 characters")
	ErrKeyWeak     = errors.New("the key is not random; make one with: openssl rand -base64 32")
)

// ParseSecretKey reads a key of at least 32 bytes, written as hex or as base64
// (either alphabet, with or without padding). Text of hex digits alone is hex. A key
// that nobody drew at random, such as one byte repeated, is ErrKeyWeak.
func ParseSecretKey(text string) ([]byte, error) {
	if len(text) > maxSecretKeyText {
		return nil, ErrKeyTooLong
	}
	key, err := decodeKey(text)
	switch {
	case err != nil:
		return nil, err
	case len(key) < MinSecretKeyBytes:
		return nil, fmt.Errorf("%w; this one has %d", ErrKeyTooShort, len(key))
	case weak(key):
		return nil, ErrKeyWeak
	}
	return key, nil
}

func decodeKey(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") { // base64's decoder would skip them
		return nil, fmt.Errorf("%w: it contains a line break", ErrKeySyntax)
	}
	if key, err := hex.DecodeString(text); err == nil {
		return key, nil
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if key, err := encoding.Strict().DecodeString(text); err == nil {
			return key, nil
		}
	}
	return nil, ErrKeySyntax
}

// weak reports whether a key has few different bytes or counts up or down.
func weak(key []byte) bool {
	seen := map[byte]bool{}
	counts := true
	for i, b := range key {
		seen[b] = true
		if i > 1 && b-key[i-1] != key[1]-key[0] {
			counts = false
		}
	}
	return counts || len(seen) < leastDistinct
}

// Derive returns a key of 32 bytes for one purpose (HKDF-SHA256). Keys of different
// purposes tell nothing of each other or of the secret key.
func Derive(secretKey []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secretKey, nil, purpose, derivedKeyBytes)
	if err != nil {
		panic("credential: deriving a key: " + err.Error()) // only a length beyond HKDF's bound fails
	}
	return key
}
