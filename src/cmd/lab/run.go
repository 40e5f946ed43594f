package main

import (
	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/local"
)

func runCommand(streams Streams) *cobra.Command {
	config := local.Config{Out: streams.Out}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run the exchange on this machine, with its own PostgreSQL and demo accounts",
		Long: `Run the exchange on this machine, with its own PostgreSQL and demo accounts.

All that it makes lies in .local/ at the repository's root; a second run finds it
again. Ctrl-C stops everything in order.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if config.Tree, err = local.FindTree("."); err != nil {
				return err
			}
			return local.Run(cmd.Context(), config)
		},
	}
	cmd.Flags().StringVar(&config.Host, "host", "127.0.0.1", "address to listen on; 0.0.0.0 lets other machines in")
	cmd.Flags().IntVar(&config.Port, "port", 8000, "port of the API, the page and the streams")
	cmd.Flags().IntVar(&config.MetricsPort, "metrics-port", 8001, "port of metrics and health")
	return cmd
}

func cleanCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "clean",
		Short: "Stop what runs from .local/ and remove it",
		Args:  command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			tree, err := local.FindTree(".")
			if err != nil {
				return err
			}
			return local.Clean(cmd.Context(), tree, streams.Out)
		},
	}
}
