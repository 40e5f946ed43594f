//go:build linux

package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/bitpin/exchange/src/lab/debian"
)

// Release is the Debian release of a sandbox.
const Release = "bookworm"

// Unsupported says why this machine can have no sandbox, or is empty.
func Unsupported() string {
	system := debian.Detect()
	switch {
	case runtime.GOOS != "linux":
		return "a sandbox needs Linux"
	case !system.Root:
		return "a sandbox needs root, for mounts and network interfaces"
	case !system.Debian:
		return "a sandbox needs debootstrap, from the packages of Debian or Ubuntu"
	case !mayMount():
		return "a sandbox needs mounts, which are refused here (CAP_SYS_ADMIN)"
	}
	return ""
}

func mayMount() bool {
	return exec.Command("unshare", "--mount", "--net", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt").Run() == nil
}

// base returns a root directory from which the packages can be installed without a
// network. It makes one unless there is one, and waits for whoever is making it.
func base(ctx context.Context, packages []string) (dir string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache directory: %w", err)
	}
	cache = filepath.Join(cache, "bitpin-exchange", "sandbox")
	if err := os.MkdirAll(cache, 0o755); err != nil { //nolint:gosec // other users' processes in the sandbox pass through it
		return "", fmt.Errorf("making the cache directory: %w", err)
	}
	unlock, err := wait(filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	dir = filepath.Join(cache, key(packages))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	return dir, build(ctx, dir, packages)
}

// key names a root directory by what went into it.
func key(packages []string) string {
	sum := sha256.Sum256([]byte(Release + " " + strings.Join(packages, " ")))
	return Release + "-" + hex.EncodeToString(sum[:6])
}

// build makes the directory under another name first: it is there whole or not at all.
func build(ctx context.Context, dir string, packages []string) error {
	if err := debian.Install(ctx, "debootstrap", "debian-archive-keyring", "iproute2"); err != nil {
		return err
	}
	part := dir + ".part"
	if err := os.RemoveAll(part); err != nil {
		return fmt.Errorf("removing what is left of an earlier try: %w", err)
	}
	install := append([]string{part, "apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install"}, packages...)
	for _, args := range [][]string{
		{"debootstrap", "--variant=minbase", Release, part},
		{"chroot", part, "apt-get", "-q", "update"},
		append([]string{"chroot"}, install...),
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w:\n%s", strings.Join(args, " "), err, lastLines(string(out), 8))
		}
	}
	if err := os.Rename(part, dir); err != nil {
		return fmt.Errorf("keeping the root directory: %w", err)
	}
	return nil
}

// wait takes the lock in a file once nobody else has it.
func wait(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening a lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("taking the lock %s: %w", path, err), f.Close())
	}
	return f.Close, nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
