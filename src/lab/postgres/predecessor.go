package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// awaitPredecessor waits until the server of a process that was killed is gone: it
// may still be writing its last checkpoint. A pid file without a process is stale,
// and PostgreSQL itself sees that.
func (h *home) awaitPredecessor(ctx context.Context) error {
	text, err := os.ReadFile(h.path(dataDir + "/postmaster.pid"))
	if err != nil {
		return nil //nolint:nilerr // no file, no predecessor
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid <= 1 {
		return nil //nolint:nilerr // PostgreSQL says what is wrong with the file
	}
	for deadline := time.Now().Add(20 * time.Second); isServer(pid) && time.Now().Before(deadline); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	if isServer(pid) {
		return &InUseError{h.dir.Name(), pid}
	}
	return nil
}

// isServer reports whether a process lives and, where that can be told, is a
// PostgreSQL server.
func isServer(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err != nil || strings.HasPrefix(string(name), "postgres")
}
