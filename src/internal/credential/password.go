package credential

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"runtime"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Bounds of a password.
const (
	MinPasswordChars = 8
	MaxPasswordBytes = 1024
)

// Errors of HashPassword.
var (
	ErrPasswordTooShort = errors.New("the password must have at least 8 characters")
	ErrPasswordTooLong  = errors.New("the password must have at most 1024 bytes")
	ErrPasswordNotText  = errors.New("the password must be valid UTF-8")
)

// current is what new hashes cost, as OWASP recommends: 19 MiB, two passes, one lane.
var current = cost{memory: 19 * 1024, time: 2, lanes: 1}

const (
	saltBytes = 16
	hashBytes = 32
)

// hashing bounds how many hashes are computed at once, because each takes the
// memory of its cost: however many strangers try passwords, the memory in use stays
// at a few times 19 MiB. The others wait.
var hashing = make(chan struct{}, min(4, max(2, runtime.GOMAXPROCS(0))))

// HashPassword returns an argon2id hash in PHC form, with a fresh salt. It takes some
// 20 ms of one core, and longer when many are hashed at once. Errors are
// ErrPasswordTooShort, ErrPasswordTooLong and ErrPasswordNotText.
func HashPassword(password string) (string, error) {
	switch {
	case len(password) > MaxPasswordBytes:
		return "", ErrPasswordTooLong
	case !utf8.ValidString(password):
		return "", ErrPasswordNotText
	case utf8.RuneCountInString(password) < MinPasswordChars:
		return "", ErrPasswordTooShort
	}
	h := phc{cost: current, salt: make([]byte, saltBytes)}
	rand.Read(h.salt) // never fails: it ends the program instead
	h.hash = stretch(password, h.cost, h.salt, hashBytes)
	return h.String(), nil
}

// VerifyPassword reports whether the password is the one that was hashed. An error
// means that phc is not a hash that this package can check: ErrPHC.
//
// It takes the same time whether the password is right or wrong; one that is longer
// than MaxPasswordBytes is wrong at once.
func VerifyPassword(phc, password string) (ok bool, err error) {
	h, err := parsePHC(phc)
	if err != nil {
		return false, err
	}
	if len(password) > MaxPasswordBytes {
		return false, nil
	}
	hash := stretch(password, h.cost, h.salt, len(h.hash))
	return subtle.ConstantTimeCompare(hash, h.hash) == 1, nil
}

func stretch(password string, c cost, salt []byte, length int) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.lanes, uint32(length)) //nolint:gosec // at most 64
}
