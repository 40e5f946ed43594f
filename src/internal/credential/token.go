package credential

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// NewToken returns random bytes as base64url without padding. 32 bytes are good for
// a session, 16 for an identifier.
func NewToken(bytes int) string {
	token := make([]byte, bytes)
	rand.Read(token) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(token)
}

// HashToken returns the SHA-256 of a token, for storing it. It needs no salt and no
// stretching, because tokens are random: passwords are not, use HashPassword.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Sign returns the HMAC-SHA256 of a message, 32 bytes.
func Sign(key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil)
}

// Verify reports whether mac is the message's HMAC-SHA256, in constant time.
func Verify(key, message, mac []byte) bool { return hmac.Equal(Sign(key, message), mac) }
