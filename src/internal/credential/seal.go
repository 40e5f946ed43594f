package credential

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// ErrOpen says that sealed bytes were altered, or sealed with another key or context.
var ErrOpen = errors.New("sealed with another key or for another context, or altered")

// sealVersion is the first sealed byte: AES-256-GCM, random nonce of 12 bytes, then
// ciphertext and tag.
const sealVersion = 1

// Sealer encrypts secrets that are stored, such as those of API keys. It is safe for
// concurrent use. Nonces are random, so one key is good for some 2^32 seals.
type Sealer struct{ aead cipher.AEAD }

// NewSealer derives a sealing key from the exchange's secret key, which must have at
// least 32 bytes: else ErrKeyTooShort.
func NewSealer(secretKey []byte) (*Sealer, error) {
	if len(secretKey) < MinSecretKeyBytes {
		return nil, ErrKeyTooShort
	}
	block, err := aes.NewCipher(Derive(secretKey, "seal/v1"))
	if err != nil {
		return nil, fmt.Errorf("making the sealing cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("making the sealing cipher: %w", err)
	}
	return &Sealer{aead: aead}, nil
}

// Seal encrypts plaintext. Context says where the result belongs, such as the API
// key whose secret it is; it is not stored in it, and Open wants the same.
func (s *Sealer) Seal(plaintext, context []byte) ([]byte, error) {
	sealed := make([]byte, 1, 1+len(plaintext)+s.aead.Overhead())
	sealed[0] = sealVersion
	return s.aead.Seal(sealed, nil, plaintext, bound(context)), nil //nolint:gosec // this cipher draws the nonce itself
}

// Open decrypts what Seal made for the same context: ErrOpen if that is not so.
func (s *Sealer) Open(sealed, context []byte) ([]byte, error) {
	if len(sealed) < 1+s.aead.Overhead() || sealed[0] != sealVersion {
		return nil, ErrOpen
	}
	plaintext, err := s.aead.Open(nil, nil, sealed[1:], bound(context))
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}

// bound is the additional data: the version is authenticated with the context.
func bound(context []byte) []byte { return append([]byte{sealVersion}, context...) }
