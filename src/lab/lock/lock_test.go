package lock_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/bitpin/exchange/src/lab/lock"
)

func TestLockIsHeldByOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lock.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lock.Acquire(path)
	var held *lock.HeldError
	if !errors.As(err, &held) || held.PID != os.Getpid() {
		t.Fatalf("second Acquire: %v, want it held by process %d", err, os.Getpid())
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := lock.Acquire(path)
	if err != nil {
		t.Fatalf("Acquire after Release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}
