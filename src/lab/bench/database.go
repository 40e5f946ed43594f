package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/bitpin/exchange/src/lab/postgres"
)

const (
	pgbenchClients = 32
	pgbenchScale   = 10
	pgbenchName    = "pgbench"

	syncs    = 2000
	syncSize = 8192 // bytes, a page of the log
)

// measureSync returns the median time to put a page of a file on disk, as PostgreSQL
// does at every commit: the file is there in full beforehand.
func measureSync(dir string) (time.Duration, error) {
	f, err := os.CreateTemp(dir, "sync-")
	if err != nil {
		return 0, fmt.Errorf("measuring the disk: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	page := bytes.Repeat([]byte{1}, syncSize)
	took := make([]time.Duration, 0, syncs)
	for round := range 2 { // the first one makes the file
		for i := range syncs {
			if _, err := f.WriteAt(page, int64(i*syncSize)); err != nil {
				return 0, fmt.Errorf("measuring the disk: %w", err)
			}
			if round == 0 {
				continue
			}
			began := time.Now()
			if err := dataSync(f); err != nil {
				return 0, fmt.Errorf("measuring the disk: %w", err)
			}
			took = append(took, time.Since(began))
		}
		if err := f.Sync(); err != nil {
			return 0, fmt.Errorf("measuring the disk: %w", err)
		}
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// preparePgbench fills pgbench's tables.
func preparePgbench(ctx context.Context, server *postgres.Server) error {
	if err := server.EnsureDatabase(ctx, pgbenchName); err != nil {
		return err
	}
	_, err := pgbench(ctx, server, "-i", "-q", "-s", strconv.Itoa(pgbenchScale))
	return err
}

// measurePgbench returns PostgreSQL's own durable transactions a second: an update
// of one row out of many, and an insert.
func measurePgbench(ctx context.Context, server *postgres.Server, duration time.Duration) (float64, error) {
	out, err := pgbench(ctx, server, "-N", "-c", strconv.Itoa(pgbenchClients), "-j", "2", "-T", strconv.Itoa(int(duration.Seconds())))
	if err != nil {
		return 0, err
	}
	return parsePgbench(out)
}

func pgbench(ctx context.Context, server *postgres.Server, arguments ...string) (string, error) {
	binaries, ok := server.Binaries()
	if !ok {
		return "", errors.New("pgbench is needed, and PostgreSQL's programs are in a container: install PostgreSQL on this machine")
	}
	d := server.DSN(pgbenchName)
	cmd := exec.CommandContext(ctx, filepath.Join(binaries.Dir, "pgbench"), append(arguments, d.Database)...)
	cmd.Env = []string{"PGHOST=" + d.Host, "PGPORT=" + strconv.Itoa(d.Port), "PGUSER=" + d.User, "PGPASSWORD=" + d.Password, "LC_ALL=C"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("pgbench: %w:\n%s", err, out)
	}
	return string(out), nil
}

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

func parsePgbench(out string) (float64, error) {
	match := tps.FindStringSubmatch(out)
	if match == nil {
		return 0, fmt.Errorf("pgbench printed no tps:\n%s", out)
	}
	return strconv.ParseFloat(match[1], 64)
}
