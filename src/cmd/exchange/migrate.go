package main

import (
	"context"
	"fmt"
	"path"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
)

func migrateCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Long: `Bring the database's schema up to date.

Several may run at once: one works and the others wait for it. The release before
this one keeps working on the new schema.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmdMigrate, streams.Lookup)
			if err != nil {
				return err
			}
			return migrate(cmd.Context(), &c, streams)
		},
	}
}

func migrate(ctx context.Context, c *Config, streams Streams) error {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	applied, err := db.Migrate(ctx)
	for _, name := range applied {
		fmt.Fprintln(streams.Out, "applied "+path.Base(name))
	}
	if err != nil {
		return fmt.Errorf("migrating the schema: %w", err)
	}
	fmt.Fprintln(streams.Out, "The schema is up to date.")
	return nil
}
