// Package space looks for room on file systems.
package space

import (
	"fmt"
	"syscall"
)

// Check returns an error that says what to do unless needed bytes are free for us
// where dir is.
func Check(dir string, needed uint64) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return fmt.Errorf("looking for space in %s: %w", dir, err)
	}
	free := stat.Bavail * uint64(stat.Bsize) //nolint:gosec // a block has a size
	if free < needed {
		return fmt.Errorf("%s has %d MiB free, and %d MiB are needed: make room (make clean, docker system prune, go clean -cache) and run it again", dir, free>>20, needed>>20)
	}
	return nil
}
