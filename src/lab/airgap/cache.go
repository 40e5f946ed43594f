package airgap

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/lock"
)

const (
	// scratch begins the name of what a build needs meanwhile.
	scratch = "unfinished-"

	// kept is how long an image stays that nothing asks for.
	kept = 14 * 24 * time.Hour
)

// Open takes a directory for finished images, which is made if missing, until Close.
// What a build that was killed has left there is removed. Up to jobs images are made
// at once. say is told of progress, a line a call, from several goroutines. The error
// is a *lock.HeldError where another process builds.
func Open(dir string, jobs int, say func(format string, args ...any)) (*Builder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the images' directory: %w", err)
	}
	held, err := lock.Acquire(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	b := &Builder{cache: dir, jobs: jobs, say: say, held: held, debian: debian{dir: dir}}
	if err := b.tidy(); err != nil {
		return nil, errors.Join(fmt.Errorf("removing what an earlier build left: %w", err), b.Close())
	}
	return b, nil
}

// Close lets others build.
func (b *Builder) Close() error { return b.held.Release() }

func (b *Builder) tidy() error {
	left, err := filepath.Glob(filepath.Join(b.cache, scratch+"*"))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if err := unmount(filepath.Join(dir, merged)); err != nil {
			return err
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return b.removeStale()
}

// unmount ends a mount, if one is there.
func unmount(dir string) error {
	err := syscall.Unmount(dir, syscall.MNT_DETACH)
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.EPERM) {
		return nil // not mounted, not there, or not ours to have mounted
	}
	return err
}

// removeStale removes images that have not been asked for in a long time.
func (b *Builder) removeStale() error {
	images, err := filepath.Glob(filepath.Join(b.cache, "*-*.tar"))
	if err != nil {
		return err
	}
	for _, image := range images {
		if info, err := os.Stat(image); err == nil && time.Since(info.ModTime()) > kept {
			if err := os.Remove(image); err != nil {
				return err
			}
		}
	}
	return nil
}

// use marks an image as asked for.
func use(image string) error {
	now := time.Now()
	return os.Chtimes(image, now, now)
}
