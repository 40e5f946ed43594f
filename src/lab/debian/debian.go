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
// another installation that is under way.
func Install(ctx context.Context, packages ...string) error {
	if err := aptGet(ctx, "update"); err != nil {
		return err
	}
	return aptGet(ctx, "install", append([]string{"--no-install-recommends"}, packages...)...)
}

func aptGet(ctx context.Context, verb string, args ...string) error {
	all := append([]string{"-q", "-y", "-o", "DPkg::Lock::Timeout=300", verb}, args...)
	cmd := exec.CommandContext(ctx, "apt-get", all...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("apt-get %s %s: %w:\n  %s", verb, strings.Join(args, " "), err,
			strings.Join(lines[max(0, len(lines)-8):], "\n  "))
	}
	return nil
}
