// Command image builds the exchange's container image from this work tree without a
// container engine, and pushes it to a registry.
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
	exitUsage  = 2
)

// Streams are what a command writes.
type Streams struct{ Out, Err io.Writer }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends us at once
	code := Run(ctx, os.Args[1:], Streams{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// usageError says that image was called in a wrong way.
type usageError struct{ error }

// Run carries out a command line and returns the exit code.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := &cobra.Command{
		Use:           "image",
		Short:         "Build the exchange's container image without a container engine",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(args)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(buildCommand(streams), pushCommand(streams))
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(streams.Err, "image: %v\nRun \"image --help\" for how it is used.\n", err)
		return exitUsage
	default:
		fmt.Fprintf(streams.Err, "image: %v\n", err)
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
