package exchangetest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/lab/pgtest"
)

// Exchange is a database with the demo in it.
type Exchange struct {
	Demo map[string]string // what `exchange seed` wrote: ALICE_API_KEY and so on

	tb          testing.TB
	program     string
	environment []string
}

// New migrates and seeds a database. Settings ("NAME=value") hold for all commands
// and replicas, beside those that every test wants.
func New(tb testing.TB, databaseURL string, settings ...string) *Exchange {
	tb.Helper()
	built, err := program()
	if err != nil {
		tb.Fatal(err)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	e := &Exchange{tb: tb, program: built.path, environment: slices.Concat(
		[]string{"PATH=" + os.Getenv("PATH"), "SECRET_KEY=" + base64.StdEncoding.EncodeToString(key), "SECURE_COOKIES=false", "AUDIT_INTERVAL=1s"},
		pgtest.Environment(tb, databaseURL), settings)}
	e.mustRun("migrate")
	file := filepath.Join(tb.TempDir(), "demo.env")
	e.mustRun("seed", "--demo-env", file)
	e.Demo = readDemo(tb, file)
	return e
}

// Run runs a subcommand to its end.
func (e *Exchange) Run(arguments ...string) (output string, err error) {
	e.tb.Helper()
	cmd := exec.CommandContext(e.tb.Context(), e.program, arguments...)
	cmd.Env = e.environment
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (e *Exchange) mustRun(arguments ...string) {
	e.tb.Helper()
	if out, err := e.Run(arguments...); err != nil {
		e.tb.Fatalf("exchange %s: %v:\n%s", arguments[0], err, out)
	}
}

// readDemo reads lines of the form NAME=value or NAME='value'.
func readDemo(tb testing.TB, path string) map[string]string {
	tb.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	demo := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		if name, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			demo[name] = strings.Trim(value, `'"`)
		}
	}
	return demo
}
