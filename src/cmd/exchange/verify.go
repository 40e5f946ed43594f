package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/internal/trading"
)

func verifyCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Recompute all invariants of the books and name the rows that break them",
		Long: `Recompute all invariants of the books and name the rows that break them.

The log is replayed from its first command, too, and compared with what is stored.
All is read at one moment and nothing is changed, so it may run while the exchange
serves. Exit code 0: all hold; 1: some do not; 2: it could not be found out.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmdVerify, streams.Lookup)
			if err != nil {
				return err
			}
			report, err := verify(cmd.Context(), &c)
			if err != nil {
				return exitError{exitUsage, fmt.Errorf("verifying the books: %w", err)}
			}
			if writeReport(streams.Out, report); report.Violated() > 0 {
				return exitError{code: exitFailed}
			}
			return nil
		},
	}
}

func verify(ctx context.Context, c *Config) (report exchange.AuditReport, err error) {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return report, err
	}
	defer db.Close()
	if err := db.Migrated(ctx); err != nil {
		return report, err
	}
	catalog, err := db.Catalog(ctx)
	if err != nil {
		return report, err
	}
	err = db.AtOneMoment(ctx, func(m *postgres.Moment) error {
		if report, err = m.RunAudit(ctx); err != nil {
			return err
		}
		differences, err := trading.Verify(ctx, m, catalog.Markets())
		report.Invariants = append(report.Invariants, replayInvariant(differences))
		return err
	})
	return report, err
}

const maxExamples = 20

func replayInvariant(differences []string) exchange.Invariant {
	return exchange.Invariant{
		Name: "replay", Meaning: "Replaying the log of commands gives the stored state, order by order.",
		Violations: int64(len(differences)), Examples: differences[:min(len(differences), maxExamples)],
	}
}

// writeReport shows what is wrong, and then the sum.
func writeReport(out io.Writer, report exchange.AuditReport) {
	for _, i := range report.Invariants {
		if i.Violations == 0 {
			continue
		}
		fmt.Fprintf(out, "%s: %d violated: %s\n", i.Name, i.Violations, i.Meaning)
		for _, row := range i.Examples {
			fmt.Fprintln(out, "  "+row)
		}
	}
	fmt.Fprintf(out, "invariants: %d checked, %d violated\n", len(report.Invariants), report.Violated())
}
