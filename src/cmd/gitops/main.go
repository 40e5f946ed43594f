// Command gitops renders, checks and compares the manifests of this repository as Argo
// CD would see them, without a cluster, and changes which image an overlay runs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK       = 0
	exitFindings = 1
	exitFailed   = 2
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

func main() {
	// The program ends soon: memory is cheaper than collecting it.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(2 << 30)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends us at once
	code := Run(ctx, os.Args[1:], Streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// errFindings says that the work was done, and what it found is told already.
var errFindings = errors.New("there are findings")

// usageError says that gitops was called in a wrong way.
type usageError struct{ error }

// Run carries out a command line and returns the exit code: 0 if nothing is wrong, 1
// if something in the tree is, 2 if that could not be found out.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := &cobra.Command{
		Use:           "gitops",
		Short:         "Render, check and compare the manifests as Argo CD would see them",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var dir string
	root.PersistentFlags().StringVar(&dir, "root", "", "the repository (default: the directory above this one that has clusters/)")
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(renderCommand(streams, &dir), adoptCommand(streams, &dir), diffCommand(streams, &dir), checkCommand(streams, &dir), policiesCommand(streams, &dir),
		setImageCommand(streams, &dir), promoteCommand(streams, &dir), rollbackCommand(streams, &dir))

	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		fmt.Fprintf(streams.Err, "gitops: %v\nRun \"gitops --help\" for how it is used.\n", err)
		return exitFailed
	default:
		fmt.Fprintf(streams.Err, "gitops: %v\n", err)
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
