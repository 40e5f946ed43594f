package main

import (
	"bytes"
	"strings"
	"testing"
)

func run(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(t.Context(), args, Streams{strings.NewReader("typed"), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

func TestBareLabListsItsCommands(t *testing.T) {
	t.Parallel()
	code, out, _ := run(t)
	if code != exitOK {
		t.Errorf("exit code %d", code)
	}
	for _, command := range []string{"run", "clean", "postgres", "tools"} {
		if !strings.Contains(out, "\n  "+command) {
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
		"unknown command":       {[]string{"runn"}, `unknown command "runn"`},
		"unknown flag":          {[]string{"run", "--prot", "1"}, "unknown flag: --prot"},
		"port that is none":     {[]string{"run", "--port", "http"}, "--port"},
		"argument too many":     {[]string{"clean", "all"}, `"all"`},
		"postgres without work": {[]string{"postgres"}, "name the command"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errors := run(t, test.args...)
			if code != exitUsage || out != "" || !strings.Contains(errors, test.want) {
				t.Errorf("exit code %d, out %q, errors %q; want 2, nothing and %q", code, out, errors, test.want)
			}
		})
	}
}

func TestPostgresGivesACommandItsServer(t *testing.T) {
	t.Parallel()
	code, out, errors := run(t, "postgres", "--", "sh", "-c", "cat; echo; echo $EXCHANGE_TEST_POSTGRES_URL; echo failed >&2; exit 7")
	if code != 7 {
		t.Errorf("exit code %d, want the command's own", code)
	}
	if !strings.HasPrefix(out, "typed\npostgres://exchange:") {
		t.Errorf("out is %q, want what was typed and a URL", out)
	}
	if errors != "failed\n" {
		t.Errorf("errors are %q, want the command's alone", errors)
	}
}

func TestPostgresReportsACommandThatDoesNotStart(t *testing.T) {
	t.Parallel()
	code, _, errors := run(t, "postgres", "--", "no-such-program")
	if code != exitFailed || !strings.Contains(errors, "no-such-program") {
		t.Errorf("exit code %d, errors %q", code, errors)
	}
}
