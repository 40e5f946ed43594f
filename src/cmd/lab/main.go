// Command lab is the developers' command: it runs the exchange on this machine,
// gives tests a PostgreSQL, and installs what they need.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bitpin/exchange/src/internal/command"
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
	command.Main(func(ctx context.Context, args []string) int {
		return Run(ctx, args, Streams{os.Stdin, os.Stdout, os.Stderr})
	})
}

// exitError makes lab end with the exit code of a command that it ran.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("the command ended with exit code %d", int(e)) }

// Run carries out a command line and returns the exit code. The context's end is
// Ctrl-C: the command ends in order.
func Run(ctx context.Context, args []string, streams Streams) int {
	root := command.Root("lab", "Run the exchange on this machine, and give tests what they need", args, streams.Out, streams.Err)
	root.SetIn(streams.In)
	root.AddCommand(runCommand(streams), cleanCommand(streams), postgresCommand(streams), toolsCommand(streams), benchCommand(streams))
	err := root.ExecuteContext(ctx)
	var exit exitError
	if errors.As(err, &exit) {
		return int(exit)
	}
	return command.Report("lab", err, streams.Err, exitFailed, exitUsage)
}
