package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/cluster"
	"github.com/bitpin/exchange/src/lab/local"
)

// newLab is the cluster of the work tree that we are called in.
func newLab(out io.Writer) (*cluster.Lab, error) {
	tree, err := local.FindTree(".")
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("looking for our own program: %w", err)
	}
	return &cluster.Lab{Root: tree.Root, Out: out, Program: program}, nil
}

func upCommand(streams Streams) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Make the cluster, or bring it up to date with the work tree",
		Long: `Make the cluster, or bring it up to date with the work tree.

It may be interrupted and called again. Without --cluster, it is "kind" where the
container registries answer, and "airgap", which builds all images from source, where
they do not.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := newLab(streams.Out)
			if err != nil {
				return err
			}
			chosen, why, err := cluster.ParseKind(cmd.Context(), kind)
			if err != nil {
				return command.Usage(err)
			}
			return l.Up(cmd.Context(), chosen, why)
		},
	}
	cmd.Flags().StringVar(&kind, "cluster", "auto", "kind, airgap, or auto")
	return cmd
}

// simpleCommand is a command without flags.
func simpleCommand(streams Streams, use, short string, run func(*cobra.Command, *cluster.Lab) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := newLab(streams.Out)
			if err != nil {
				return err
			}
			return run(cmd, l)
		},
	}
}

func syncCommand(streams Streams) *cobra.Command {
	return simpleCommand(streams, "sync", "Hand the work tree to Argo CD again, and wait",
		func(cmd *cobra.Command, l *cluster.Lab) error { return l.Sync(cmd.Context()) })
}

func statusCommand(streams Streams) *cobra.Command {
	return simpleCommand(streams, "status", "Show the Applications",
		func(cmd *cobra.Command, l *cluster.Lab) error { return l.Status(cmd.Context()) })
}

func logsCommand(streams Streams) *cobra.Command {
	return simpleCommand(streams, "logs", "Follow the exchange's logs; Ctrl-C ends it",
		func(cmd *cobra.Command, l *cluster.Lab) error { return l.Logs(cmd.Context()) })
}

func downCommand(streams Streams) *cobra.Command {
	return simpleCommand(streams, "down", "Remove the cluster and everything that belongs to it",
		func(cmd *cobra.Command, l *cluster.Lab) error { return l.Down(cmd.Context()) })
}
