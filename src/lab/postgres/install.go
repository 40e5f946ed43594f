package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// choices ends the errors that say that there is no server.
const choices = `choose one:
  - install PostgreSQL 14 or later (Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17)
  - put the directory of an existing "postgres" and "initdb" into PATH
  - run this as root on Debian or Ubuntu, and it installs the package itself`

// noMainCluster keeps Debian's package from making and starting a server that
// nobody asked for.
const noMainCluster = "/etc/postgresql-common/createcluster.d/exchange-lab.conf"

// canInstall reports whether we may install Debian's package: as root, on Debian
// or a system like it.
func canInstall() bool {
	if os.Geteuid() != 0 {
		return false
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return false
	}
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(release)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if (name == "ID" || name == "ID_LIKE") && (strings.Contains(value, "debian") || strings.Contains(value, "ubuntu")) {
			return true
		}
	}
	return false
}

// install installs Debian's package without its default server.
func install(ctx context.Context, log io.Writer) (err error) {
	fmt.Fprintln(log, "Installing PostgreSQL from this system's packages (apt-get install postgresql); its own server is not started.")
	if err := aptGet(ctx, "update"); err != nil {
		return err
	}
	if err := aptGet(ctx, "install", "postgresql-common"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(noMainCluster), 0o755); err != nil { //nolint:gosec // as the package makes it
		return fmt.Errorf("preparing the installation of PostgreSQL: %w", err)
	}
	if err := os.WriteFile(noMainCluster, []byte("create_main_cluster = false\n"), 0o644); err != nil { //nolint:gosec // configuration is public
		return fmt.Errorf("preparing the installation of PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(noMainCluster)) }()
	return aptGet(ctx, "install", "postgresql")
}

func aptGet(ctx context.Context, verb string, packages ...string) error {
	args := append([]string{"-q", "-y", "-o", "DPkg::Lock::Timeout=300", verb}, packages...)
	if verb == "install" {
		args = append(args, "--no-install-recommends")
	}
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s %s: %w:\n%s", verb, strings.Join(packages, " "), err, lastLines(string(out), 8))
	}
	return nil
}

// lastLines returns the end of a text, indented.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[max(0, len(lines)-n):]
	return "  " + strings.Join(lines, "\n  ")
}
