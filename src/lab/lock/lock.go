// Package lock lets one process at a time use a directory.
package lock

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Lock is held until Release, or until the process ends, however it ends.
type Lock struct{ file *os.File }

// HeldError says that another process holds the lock.
type HeldError struct {
	Path string
	PID  int // 0 where the holder has not said yet
}

func (e *HeldError) Error() string { return fmt.Sprintf("process %d holds %s", e.PID, e.Path) }

// Acquire takes the lock in a file, which it makes if need be, or returns a
// *HeldError at once.
func Acquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening a lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(&HeldError{path, holder(path)}, f.Close())
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("taking the lock %s: %w", path, err), f.Close())
	}
	return &Lock{f}, nil
}

// Release gives the lock up. The file stays. It may be called on nil.
func (l *Lock) Release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

// holder reads who took the lock.
func holder(path string) int {
	text, _ := os.ReadFile(path) // for messages: unknown is good enough
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}
