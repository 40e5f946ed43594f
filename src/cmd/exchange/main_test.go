package main

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/lab/pgtest"
)

var update = flag.Bool("update", false, "write the golden files again")

// secretKeyText is no secret: it opens nothing but what these tests seal.
const secretKeyText = "8f1d0b6c5e3a497286f4c2d1b0a9e8d77c6b5a4938271605f4e3d2c1b0a99887"

// variablesOf is an environment for a command.
type variablesOf map[string]string

func (v variablesOf) lookup(name string) (string, bool) {
	value, set := v[name]
	return value, set
}

// with returns a copy in which some variables, given as NAME=value, are different.
func (v variablesOf) with(settings ...string) variablesOf {
	other := maps.Clone(v)
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		other[name] = value
	}
	return other
}

// complete is an environment that lacks nothing, with a database that is not there.
func complete() variablesOf {
	return variablesOf{
		"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": "1", "DATABASE_PASSWORD": "a password", "SECRET_KEY": secretKeyText,
	}
}

// withDatabase is an environment with the database of a URL.
func withDatabase(t *testing.T, url string) variablesOf {
	t.Helper()
	return variablesOf{"SECRET_KEY": secretKeyText, "LOG_LEVEL": "warn"}.with(pgtest.Environment(t, url)...)
}

// migrated is an environment with a fresh database of the current schema.
func migrated(t *testing.T) variablesOf {
	t.Helper()
	v := withDatabase(t, pgtest.New(t))
	mustRun(t, v, "migrate")
	return v
}

// seeded is an environment with a database that holds the demo, whose credentials
// are returned, too.
func seeded(t *testing.T) (v variablesOf, demo map[string]string) {
	t.Helper()
	v = migrated(t)
	return v, seedDemo(t, v)
}

func seedDemo(t *testing.T, v variablesOf) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.env")
	mustRun(t, v, "seed", "--demo-env", path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return assignments(string(text))
}

// assignments reads lines of the form NAME='value'.
func assignments(text string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found {
			values[name] = strings.Trim(value, "'")
		}
	}
	return values
}

// run carries out a command line to its end.
func run(t *testing.T, v variablesOf, args ...string) (code int, out, errors string) {
	t.Helper()
	return runWith(t.Context(), v, args...)
}

func runWith(ctx context.Context, v variablesOf, args ...string) (code int, out, errors string) {
	var stdout, stderr output
	code = Run(ctx, args, Streams{&stdout, &stderr, v.lookup})
	return code, stdout.String(), stderr.String()
}

// mustRun carries out a command line that must succeed, and returns what it wrote.
func mustRun(t *testing.T, v variablesOf, args ...string) string {
	t.Helper()
	code, out, errors := run(t, v, args...)
	if code != exitOK {
		t.Fatalf("exchange %s: exit code %d\n%s%s", strings.Join(args, " "), code, out, errors)
	}
	return out
}

// output is a buffer that may be read while it is written.
type output struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer.String()
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-golden +now); -update writes it again:\n%s", path, diff)
	}
}

func TestBareExchangeListsItsCommands(t *testing.T) {
	t.Parallel()
	out := mustRun(t, nil)
	for _, command := range []string{"serve", "migrate", "seed", "verify", "config", "version"} {
		if !strings.Contains(out, "\n  "+command+" ") {
			t.Errorf("%s is not listed in:\n%s", command, out)
		}
	}
}

func TestWrongUseEndsWithExitCode2(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown command":   {[]string{"serv"}, `unknown command "serv"`},
		"unknown flag":      {[]string{"serve", "--port", "1"}, "unknown flag: --port"},
		"argument too many": {[]string{"migrate", "now"}, `"now"`},
		"unknown format":    {[]string{"config", "--format", "yaml"}, "must be text or json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errors := run(t, complete(), test.args...)
			if code != exitUsage || out != "" || !strings.Contains(errors, test.want) {
				t.Errorf("exit code %d, out %q, errors %q; want 2, nothing and %q", code, out, errors, test.want)
			}
		})
	}
}

func TestVersionNamesVersionAndCommit(t *testing.T) {
	t.Parallel()
	lines := strings.Split(mustRun(t, nil, "version"), "\n")
	if !strings.HasPrefix(lines[0], "exchange ") || !strings.HasPrefix(lines[1], "commit ") || !strings.HasPrefix(lines[2], "go1.") {
		t.Errorf("version says %q", lines)
	}
}
