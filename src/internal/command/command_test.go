package command_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
)

// run carries out a command line of a program that has one command, which fails.
func run(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr strings.Builder
	root := command.Root("program", "Do something", args, &stdout, &stderr)
	root.AddCommand(&cobra.Command{Use: "fail", Short: "Fail", Args: command.NoArguments, RunE: func(*cobra.Command, []string) error {
		return errors.New("it failed")
	}})
	code = command.Report("program", root.ExecuteContext(t.Context()), &stderr, 1, 2)
	return code, stdout.String(), stderr.String()
}

func TestExitCodesTellWrongUseFromFailure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"bare":              {nil, 0, ""},
		"failure":           {[]string{"fail"}, 1, "program: it failed\n"},
		"unknown command":   {[]string{"succeed"}, 2, `unknown command "succeed"`},
		"unknown flag":      {[]string{"fail", "--fast"}, 2, "unknown flag: --fast"},
		"argument too many": {[]string{"fail", "twice"}, 2, `program fail takes no arguments, but got "twice"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, errs := run(t, test.args...)
			if code != test.code || !strings.Contains(errs, test.want) {
				t.Errorf("exit code %d, errors %q; want %d and %q", code, errs, test.code, test.want)
			}
			if hint := strings.Contains(errs, `Run "program --help"`); hint != (test.code == 2) {
				t.Errorf("errors %q: help is for wrong use", errs)
			}
		})
	}
}

func TestBareProgramListsItsCommands(t *testing.T) {
	t.Parallel()
	if _, out, _ := run(t); !strings.Contains(out, "\n  fail") {
		t.Errorf("no command is listed in:\n%s", out)
	}
}
