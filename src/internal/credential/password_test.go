package credential_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/bitpin/exchange/src/internal/credential"
)

func TestHashedPasswordVerifies(t *testing.T) {
	t.Parallel()
	hash := hashPassword(t, "correct horse")
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q does not have the recommended cost", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horse ": false, "": false, strings.Repeat("x", 2000): false} {
		if ok, err := credential.VerifyPassword(hash, password); err != nil || ok != want {
			t.Errorf("VerifyPassword(%.20q) = %v, %v; want %v", password, ok, err, want)
		}
	}
}

func TestSamePasswordHashesDifferently(t *testing.T) {
	t.Parallel()
	one, two := hashPassword(t, "correct horse"), hashPassword(t, "correct horse")
	if one == two {
		t.Error("two hashes of one password are equal: the salt is not random")
	}
}

func TestPasswordOutsideBoundsIsNotHashed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		password string
		want     error
	}{
		"seven characters, more bytes": {"äöüäöüä", credential.ErrPasswordTooShort},
		"empty":                        {"", credential.ErrPasswordTooShort},
		"1025 bytes":                   {strings.Repeat("a", 1025), credential.ErrPasswordTooLong},
		"not UTF-8":                    {"abcdefgh\xff", credential.ErrPasswordNotText},
	} {
		if hash, err := credential.HashPassword(tc.password); !errors.Is(err, tc.want) || hash != "" {
			t.Errorf("%s: got %q, %v; want %v", name, hash, err, tc.want)
		}
	}
	hashPassword(t, strings.Repeat("a", 1024))
	hashPassword(t, "äöüäöüäö")
}

// The vector was computed by the reference implementation's command:
// echo -n password | argon2 somesalt -id -v 13 -k 65536 -t 2 -p 1 -l 24 -e
func TestVerifiesHashesOfOtherImplementations(t *testing.T) {
	t.Parallel()
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$2mzTAI85jwP6+k/mHDeH3OgNt7E86G5W"
	if ok, err := credential.VerifyPassword(hash, "password"); err != nil || !ok {
		t.Errorf("got %v, %v; want true", ok, err)
	}
}

func TestUnreadableHashIsAnError(t *testing.T) {
	t.Parallel()
	const good = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for name, hash := range map[string]string{
		"empty":            "",
		"another function": strings.Replace(good, "argon2id", "argon2i", 1),
		"another version":  strings.Replace(good, "v=19", "v=16", 1),
		"no version":       strings.Replace(good, "v=19$", "", 1),
		"too much memory":  strings.Replace(good, "m=19456", "m=4194304", 1),
		"too many passes":  strings.Replace(good, "t=2", "t=99", 1),
		"no passes":        strings.Replace(good, "t=2", "t=0", 1),
		"too many lanes":   strings.Replace(good, "p=1", "p=255", 1),
		"other order":      strings.Replace(good, "m=19456,t=2", "t=2,m=19456", 1),
		"signed number":    strings.Replace(good, "t=2", "t=+2", 1),
		"bad salt":         strings.Replace(good, "c29tZXNhbHQ", "c29t!", 1),
		"short hash":       good[:len(good)-30],
		"trailing field":   good + "$",
		"very long":        good + strings.Repeat("A", 600),
	} {
		if ok, err := credential.VerifyPassword(hash, "password"); ok || !errors.Is(err, credential.ErrPHC) {
			t.Errorf("%s: got %v, %v; want ErrPHC", name, ok, err)
		}
	}
}

func TestManyPasswordsAtOnceAllFinish(t *testing.T) {
	t.Parallel()
	hash := hashPassword(t, "correct horse")
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			if ok, err := credential.VerifyPassword(hash, "correct horse"); !ok || err != nil {
				t.Errorf("got %v, %v", ok, err)
			}
		})
	}
	group.Wait()
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Fuzz(func(t *testing.T, hash string) {
		if ok, _ := credential.VerifyPassword(hash, "no such password"); ok {
			t.Errorf("%q accepts a password that nobody hashed", hash)
		}
	})
}

func hashPassword(t *testing.T, password string) string {
	t.Helper()
	hash, err := credential.HashPassword(password)
	if err != nil {
		t.Fatalf("hashing a password of %d bytes: %v", len(password), err)
	}
	return hash
}
