package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

//go:generate go run . policies --write

func policiesCommand(streams Streams, root *string) *cobra.Command {
	var write bool
	cmd := &cobra.Command{
		Use:   "policies",
		Short: "List the rules that clusters are held to",
		Long: `List the rules that clusters are held to.

With --write, the index in policy/README.md and the page of each rule are written anew
from what the rules say of themselves.`,
		Args: command.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			dir, err := repository(*root)
			if err != nil {
				return err
			}
			files, err := tree.Open(dir)
			if err != nil {
				return err
			}
			policies, err := check.Load(files)
			if err != nil {
				return err
			}
			if write {
				return writePages(dir, files, policies)
			}
			w := tabwriter.NewWriter(streams.Out, 0, 0, 2, ' ', 0)
			for _, rule := range policies.Rules() {
				fmt.Fprintf(w, "%s\t%s\t%s\n", rule.ID, rule.Severity, rule.Title)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&write, "write", false, "write the index and the pages instead")
	return cmd
}

// writePages writes the pages of the rules into a repository.
func writePages(dir string, files *tree.Tree, policies *check.Policies) error {
	index, err := files.Read(check.IndexFile)
	if err != nil {
		return fmt.Errorf("reading the index of the policies: %w", err)
	}
	pages, err := policies.Pages(string(index))
	if err != nil {
		return err
	}
	var all []error
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		all = append(all, os.WriteFile(filepath.Join(dir, name), []byte(pages[name]), 0o644)) //nolint:gosec // it is for everybody to read
	}
	if err := errors.Join(all...); err != nil {
		return fmt.Errorf("writing the pages of the policies: %w", err)
	}
	return nil
}
