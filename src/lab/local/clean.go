package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/lock"
	"github.com/bitpin/exchange/src/lab/postgres"
)

// cleanTimeout bounds how long a running exchange may take to stop.
const cleanTimeout = 2 * time.Minute

// Clean stops what runs from .local/ and removes it. Nothing else is touched.
func Clean(ctx context.Context, t Tree, out io.Writer) (err error) {
	if _, err := os.Lstat(t.Local); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cleanTimeout)
	defer cancel()
	held, err := stopHolder(ctx, t.lock(), out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	if err := postgres.Remove(ctx, t.PostgresDir()); err != nil {
		return err
	}
	if err := os.RemoveAll(t.Local); err != nil {
		return fmt.Errorf("removing %s: %w", t.Local, err)
	}
	fmt.Fprintln(out, "Removed "+t.Local)
	return nil
}

// stopHolder takes the lock, after stopping who has it.
func stopHolder(ctx context.Context, path string, out io.Writer) (*lock.Lock, error) {
	told := false
	for {
		l, err := lock.Acquire(path)
		var other *lock.HeldError
		if !errors.As(err, &other) {
			return l, err
		}
		if !told && other.PID > 1 {
			fmt.Fprintf(out, "Stopping the exchange (process %d)\n", other.PID)
			if err := syscall.Kill(other.PID, syscall.SIGTERM); err != nil {
				return nil, fmt.Errorf("stopping the exchange (process %d): %w", other.PID, err)
			}
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting until the exchange (process %d) has stopped: %w", other.PID, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
