// Command image builds the exchange's container image from this work tree without a
// container engine, and pushes it to a registry.
package main

import (
	"context"
	"io"
	"os"

	"github.com/bitpin/exchange/src/internal/command"
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
	command.Main(func(ctx context.Context, args []string) int { return Run(ctx, args, Streams{os.Stdout, os.Stderr}) })
}

// Run carries out a command line and returns the exit code.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := command.Root("image", "Build the exchange's container image without a container engine", args, streams.Out, streams.Err)
	root.AddCommand(buildCommand(streams), pushCommand(streams))
	return command.Report("image", root.ExecuteContext(ctx), streams.Err, exitFailed, exitUsage)
}
