// Command cluster brings up the whole platform on a kind cluster of this machine,
// synced by Argo CD from this work tree, and takes it down again.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/runtime"
)

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

// Streams are what a command writes.
type Streams struct{ Out, Err io.Writer }

func main() {
	// Docker calls us in place of runc where that is needed.
	if len(os.Args) > 1 && os.Args[1] == "runc" {
		fmt.Fprintln(os.Stderr, "cluster runc:", runtime.Exec(os.Args[2:]))
		os.Exit(exitFailed)
	}
	command.Main(func(ctx context.Context, args []string) int { return Run(ctx, args, Streams{os.Stdout, os.Stderr}) })
}

// Run carries out a command line and returns the exit code.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := command.Root("cluster", "Bring up the whole platform on a kind cluster of this machine", args, streams.Out, streams.Err)
	root.AddCommand(upCommand(streams), syncCommand(streams), statusCommand(streams), logsCommand(streams), downCommand(streams), imagesCommand(streams))
	return command.Report("cluster", root.ExecuteContext(ctx), streams.Err, exitFailed, exitUsage)
}
