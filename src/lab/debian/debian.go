// Package debian installs packages on Debian and systems like it.
package debian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// System says what kind of system this is.
type System struct {
	Debian bool // has apt-get and Debian's packages, or Ubuntu's
	Ubuntu bool
	Root   bool // we may install
}

// Detect looks at this machine.
func Detect() System {
	s := System{Root: os.Geteuid() == 0}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return s
	}
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return s
	}
	for line := range strings.Lines(string(release)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name != "ID" && name != "ID_LIKE" {
			continue
		}
		s.Ubuntu = s.Ubuntu || strings.Contains(value, "ubuntu")
		s.Debian = s.Debian || s.Ubuntu || strings.Contains(value, "debian")
	}
	return s
}

// CanInstall reports whether Install can work.
func (s System) CanInstall() bool { return s.Debian && s.Root }

// Install installs packages without those that they only recommend. It waits for
// another installation that is under way, and completes one that was killed.
func Install(ctx context.Context, packages ...string) error {
	if err := aptGet(ctx, "update"); err != nil {
		return err
	}
	install := func() error {
		return aptGet(ctx, "install", append([]string{"--no-install-recommends"}, packages...)...)
	}
	err := install()
	if err == nil || !strings.Contains(err.Error(), "dpkg was interrupted") {
		return err
	}
	if err := run(ctx, "dpkg", "--configure", "-a"); err != nil {
		return err
	}
	return install()
}

func aptGet(ctx context.Context, verb string, args ...string) error {
	return run(ctx, "apt-get", append([]string{"-q", "-y", "-o", "DPkg::Lock::Timeout=300", verb}, args...)...)
}

func run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("%s %s: %w:\n  %s", program, strings.Join(args, " "), err,
			strings.Join(lines[max(0, len(lines)-8):], "\n  "))
	}
	return nil
}
