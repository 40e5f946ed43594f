// Command exchange is the spot exchange's service: `exchange serve` is one replica
// of it, the other subcommands prepare and check its database.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bitpin/exchange/src/internal/command"
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
	command.Main(func(ctx context.Context, args []string) int {
		return Run(ctx, args, Streams{os.Stdout, os.Stderr, environment})
	})
}

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
	root := command.Root("exchange", "A spot exchange for digital assets", args, streams.Out, streams.Err)
	root.AddCommand(serveCommand(streams), migrateCommand(streams), seedCommand(streams), verifyCommand(streams),
		configCommand(streams), versionCommand(streams))
	return report(root.ExecuteContext(ctx), streams.Err)
}

// report says what went wrong and returns the exit code.
func report(err error, out io.Writer) int {
	var exit exitError
	var variable *VariableError
	switch {
	case errors.As(err, &variable):
		fmt.Fprintln(out, err) // a line for each variable
		return exitUsage
	case errors.As(err, &exit):
		if exit.cause != nil {
			fmt.Fprintf(out, "exchange: %v\n", exit.cause)
		}
		return exit.code
	default:
		return command.Report("exchange", err, out, exitFailed, exitUsage)
	}
}
