package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/lab/bench"
	"github.com/bitpin/exchange/src/lab/local"
)

func benchCommand(streams Streams) *cobra.Command {
	config := bench.Config{Out: streams.Err}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the engine and the whole exchange",
		Long: `Measure the engine and the whole exchange.

The whole exchange is its program on a durable PostgreSQL of its own, under orders
and cancels that come signed, by HTTP, from many clients. pgbench on the same server
is what the figure stands beside. The report is printed and written to
.local/bench.json; programs, profiles and logs are left in .local/bench/. Nothing
else should run on the machine.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			tree, err := local.FindTree(".")
			if err != nil {
				return err
			}
			config.Root, config.Dir = tree.Root, filepath.Join(tree.Local, "bench")
			report, err := bench.Run(cmd.Context(), config)
			if err != nil {
				return err
			}
			if err := report.Write(filepath.Join(tree.Local, "bench.json")); err != nil {
				return err
			}
			fmt.Fprintln(streams.Out)
			return report.Table(streams.Out)
		},
	}
	cmd.Flags().IntVar(&config.Clients, "clients", 256, "connections under load, each with an account; an even number")
	cmd.Flags().DurationVar(&config.Duration, "duration", 10*time.Second, "of each run under load, at most 30s")
	return cmd
}
