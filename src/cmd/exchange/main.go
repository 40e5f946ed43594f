// Command exchange is the spot exchange's service: `exchange serve` is one replica
// of it, the other subcommands prepare and check its database.
package main

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

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // a wrong command line or environment: nothing was started
)

// Streams are what a command reads and writes.
type Streams struct {
	Out, Err io.Writer
	Lookup   func(name string) (value string, set bool) // the environment
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends us at once
	code := Run(ctx, os.Args[1:], Streams{os.Stdout, os.Stderr, environment})
	stop()
	os.Exit(code)
}

// usageError says that the command line is wrong.
type usageError struct{ error }

// exitError ends the program with a code of its own. Without a cause nothing more
// is said: the command has said it.
type exitError struct {
	code  int
	cause error
}

func (e exitError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e exitError) Unwrap() error { return e.cause }

// Run carries out a command line and returns the exit code. The context's end is
// SIGTERM: the command ends in order.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := &cobra.Command{
		Use:           "exchange",
		Short:         "A spot exchange for digital assets",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(serveCommand(streams), migrateCommand(streams), seedCommand(streams), verifyCommand(streams),
		configCommand(streams), versionCommand(streams))
	return report(root.ExecuteContext(ctx), streams.Err)
}

// report says what went wrong and returns the exit code.
func report(err error, out io.Writer) int {
	var exit exitError
	var usage usageError
	var variable *VariableError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(out, "exchange: %v\nRun \"exchange --help\" for how it is used.\n", err)
		return exitUsage
	case errors.As(err, &variable):
		fmt.Fprintln(out, err) // a line for each variable
		return exitUsage
	case errors.As(err, &exit):
		if exit.cause != nil {
			fmt.Fprintf(out, "exchange: %v\n", exit.cause)
		}
		return exit.code
	default:
		fmt.Fprintf(out, "exchange: %v\n", err)
		return exitFailed
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return usageError{fmt.Errorf("unknown command %q", args[0])}
	default:
		return usageError{fmt.Errorf("%s takes no arguments, but got %q", cmd.CommandPath(), args[0])}
	}
}
