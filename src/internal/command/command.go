// Package command holds what the command lines of all programs have in common.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// UsageError says that a program was called in a wrong way.
type UsageError struct{ err error }

// Usage makes a UsageError.
func Usage(err error) error { return UsageError{err} }

// Error returns what was wrong.
func (e UsageError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e UsageError) Unwrap() error { return e.err }

// Main runs a program with the process's arguments and ends the process with the
// code that run returns. The context ends with the first SIGINT or SIGTERM; a second
// one ends the process at once.
func Main(run func(ctx context.Context, args []string) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// Root makes the root command of a program. Called bare it prints its help. Errors
// are left to Report.
func Root(name, short string, args []string, out, err io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:           name,
		Short:         short,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          NoArguments,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	root.SetOut(out)
	root.SetErr(err)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return Usage(err) })
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

// NoArguments refuses arguments, and names a command that there is not.
func NoArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return Usage(fmt.Errorf("unknown command %q", args[0]))
	default:
		return Usage(fmt.Errorf("%s takes no arguments, but got %q", cmd.CommandPath(), args[0]))
	}
}

// Report tells what went wrong and returns the exit code: 0 for no error, usage for a
// UsageError, and failed for any other.
func Report(name string, err error, out io.Writer, failed, usage int) int {
	var wrong UsageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(out, "%s: %v\nRun \"%s --help\" for how it is used.\n", name, err, name)
		return usage
	default:
		fmt.Fprintf(out, "%s: %v\n", name, err)
		return failed
	}
}
