// Command lab is the developers' command: it runs the exchange on this machine,
// gives tests a PostgreSQL, and installs what they need.
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

// Exit codes, besides those of the commands that lab runs for others.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends us at once
	code := Run(ctx, os.Args[1:], Streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// exitError makes lab end with the exit code of a command that it ran.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("the command ended with exit code %d", int(e)) }

// usageError says that lab was called in a wrong way.
type usageError struct{ error }

// Run carries out a command line and returns the exit code. The context's end is
// Ctrl-C: the command ends in order.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := &cobra.Command{
		Use:           "lab",
		Short:         "Run the exchange on this machine, and give tests what they need",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(runCommand(streams), cleanCommand(streams), postgresCommand(streams), toolsCommand(streams), benchCommand(streams))

	err := root.ExecuteContext(ctx)
	var exit exitError
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &usage):
		fmt.Fprintf(streams.Err, "lab: %v\nRun \"lab --help\" for how it is used.\n", err)
		return exitUsage
	default:
		fmt.Fprintf(streams.Err, "lab: %v\n", err)
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
