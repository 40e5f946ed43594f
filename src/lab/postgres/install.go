package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/bitpin/exchange/src/lab/debian"
)

// choices ends the errors that say that there is no server.
const choices = `choose one:
  - install PostgreSQL 14 or later (Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17)
  - put the directory of an existing "postgres" and "initdb" into PATH
  - run this as root on Debian or Ubuntu, and it installs the package itself
  - for make run alone: start Docker, and it uses the image postgres`

// noMainCluster keeps Debian's package from making and starting a server that
// nobody asked for.
const noMainCluster = "/etc/postgresql-common/createcluster.d/exchange-lab.conf"

// install installs Debian's package without its default server.
func install(ctx context.Context, log io.Writer) (err error) {
	fmt.Fprintln(log, "Installing PostgreSQL from this system's packages (apt-get install postgresql); its own server is not started.")
	if err := debian.Install(ctx, "postgresql-common"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(noMainCluster), 0o755); err != nil { //nolint:gosec // as the package makes it
		return fmt.Errorf("preparing the installation of PostgreSQL: %w", err)
	}
	if err := os.WriteFile(noMainCluster, []byte("create_main_cluster = false\n"), 0o644); err != nil { //nolint:gosec // configuration is public
		return fmt.Errorf("preparing the installation of PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(noMainCluster)) }()
	return debian.Install(ctx, "postgresql")
}

// lastLines returns the end of a text, indented.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[max(0, len(lines)-n):]
	return "  " + strings.Join(lines, "\n  ")
}
