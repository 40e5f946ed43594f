// Command gitops renders, checks and compares the manifests of this repository as Argo
// CD would see them, without a cluster, and changes which image an overlay runs.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"

	"github.com/bitpin/exchange/src/internal/command"
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
	debug.SetGCPercent(600)
	debug.SetMemoryLimit(2 << 30)
	command.Main(func(ctx context.Context, args []string) int {
		return Run(ctx, args, Streams{os.Stdin, os.Stdout, os.Stderr})
	})
}

// errFindings says that the work was done, and what it found is told already.
var errFindings = errors.New("there are findings")

// Run carries out a command line and returns the exit code: 0 if nothing is wrong, 1
// if something in the tree is, 2 if that could not be found out.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := command.Root("gitops", "Render, check and compare the manifests as Argo CD would see them", args, streams.Out, streams.Err)
	root.SetIn(streams.In)
	var dir string
	root.PersistentFlags().StringVar(&dir, "root", "", "the repository (default: the directory above this one that has clusters/)")
	root.AddCommand(renderCommand(streams, &dir), adoptCommand(streams, &dir), diffCommand(streams, &dir), checkCommand(streams, &dir), policiesCommand(streams, &dir),
		setImageCommand(streams, &dir), promoteCommand(streams, &dir), rollbackCommand(streams, &dir))

	err := root.ExecuteContext(ctx)
	if errors.Is(err, errFindings) {
		return exitFindings
	}
	return command.Report("gitops", err, streams.Err, exitFailed, exitFailed)
}
