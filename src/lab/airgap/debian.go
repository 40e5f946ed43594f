package airgap

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// suite is the Debian release that images are made of.
const suite = "bookworm"

// merged is where an overlay is mounted, in the scratch directory that has its layers.
const merged = "merged"

// debian makes file systems of Debian packages: one base that they share, and what
// packages add to it.
type debian struct {
	dir  string // of the cache
	mu   sync.Mutex
	base string // the base's directory, once made
}

// baseDir returns the directory of a minimal Debian, which must not be changed.
func (d *debian) baseDir(ctx context.Context, log *os.File) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.base != "" {
		return d.base, nil
	}
	base := filepath.Join(d.dir, "debian-"+suite)
	if _, err := os.Stat(base); err == nil {
		d.base = base
		return base, nil
	}
	unfinished := base + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if err := run(ctx, log, "", nil, "debootstrap", "--variant=minbase", "--include=ca-certificates", suite, unfinished); err != nil {
		return "", fmt.Errorf("making a Debian %s: %w", suite, err)
	}
	// No service may start while packages are being installed.
	if err := os.WriteFile(filepath.Join(unfinished, "usr", "sbin", "policy-rc.d"), []byte("#!/bin/sh\nexit 101\n"), 0o755); err != nil {
		return "", err
	}
	if err := os.Rename(unfinished, base); err != nil {
		return "", err
	}
	d.base = base
	return base, nil
}

// install puts packages on top of the base and writes what they add, as a tar
// archive, to out.
func (d *debian) install(ctx context.Context, log *os.File, packages []string, out string) (err error) {
	base, err := d.baseDir(ctx, log)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(d.dir, scratch+"overlay-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	upper, root := filepath.Join(work, "upper"), filepath.Join(work, merged)
	for _, dir := range []string{upper, root, filepath.Join(work, "work")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", base, upper, filepath.Join(work, "work"))
	if err := syscall.Mount("overlay", root, "overlay", 0, options); err != nil {
		return fmt.Errorf("mounting an overlay on Debian: %w", err)
	}
	err = d.installInto(ctx, log, root, packages)
	if unmount := syscall.Unmount(root, syscall.MNT_DETACH); err == nil && unmount != nil {
		err = fmt.Errorf("unmounting the overlay: %w", unmount)
	}
	if err != nil {
		return err
	}
	return archive(ctx, log, upper, out)
}

func (d *debian) installInto(ctx context.Context, log *os.File, root string, packages []string) error {
	if err := copyFile("/etc/resolv.conf", filepath.Join(root, "etc", "resolv.conf")); err != nil {
		return fmt.Errorf("telling Debian its name servers: %w", err)
	}
	env := append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	apt := append([]string{root, "apt-get", "install", "--yes", "--no-install-recommends"}, packages...)
	for _, args := range [][]string{{root, "apt-get", "update"}, apt, {root, "apt-get", "clean"}} {
		if err := run(ctx, log, "", env, "chroot", args...); err != nil {
			return fmt.Errorf("installing %s: %w", strings.Join(packages, ", "), err)
		}
	}
	for _, pattern := range []string{"var/lib/apt/lists/*", "var/cache/debconf/*-old", "var/log/*.log", "var/log/apt", "etc/resolv.conf"} {
		paths, _ := filepath.Glob(filepath.Join(root, pattern)) // the pattern is well-formed
		for _, path := range paths {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// archive packs a directory. Files that an overlay marks as removed come out as
// layers mark them.
func archive(ctx context.Context, log *os.File, dir, out string) error {
	if err := markRemoved(dir); err != nil {
		return fmt.Errorf("marking what was removed: %w", err)
	}
	return run(ctx, log, "", nil, "tar", "--create", "--file", out, "--directory", dir, "--numeric-owner", "--sort=name", "--mtime=@0", "--xattrs", "--exclude=./dev/*", ".")
}

// markRemoved replaces an overlay's whiteouts, which are devices 0:0, by files that
// image layers mark removals with.
func markRemoved(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Type()&os.ModeCharDevice == 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Rdev != 0 {
			return nil
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(filepath.Dir(path), ".wh."+filepath.Base(path)), nil, 0o600)
	})
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// run runs a program with its output in a log.
func run(ctx context.Context, log *os.File, dir string, env []string, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	return nil
}
