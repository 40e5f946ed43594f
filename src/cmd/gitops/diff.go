package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/diff"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/reporter"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
)

// differ is a run of "gitops diff".
type differ struct {
	streams      Streams
	base, format string
	jobs         int
}

func diffCommand(streams Streams, root *string) *cobra.Command {
	d := &differ{streams: streams}
	formats := strings.Join(slices.Sorted(maps.Keys(reporter.DifferenceFormats)), ", ")
	cmd := &cobra.Command{
		Use:   "diff --base REF",
		Short: "Show what the clusters gain, lose and change against a Git ref",
		Long: `Show what the clusters gain, lose and change against a Git ref.

The ref is rendered from Git's objects: the work tree is not touched. Values of Secrets
are not shown.`,
		Example: "  gitops diff --base origin/main\n  gitops diff --base HEAD~1 --format markdown",
		Args:    command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			show, ok := reporter.DifferenceFormats[d.format]
			switch {
			case d.base == "":
				return command.Usage(errors.New("diff needs --base REF"))
			case !ok:
				return command.Usage(fmt.Errorf("unknown format %q: it is one of %s", d.format, formats))
			}
			dir, err := repository(*root)
			if err != nil {
				return err
			}
			applications, err := d.run(cmd.Context(), dir)
			if err != nil {
				return err
			}
			return show(streams.Out, d.base, applications)
		},
	}
	cmd.Flags().StringVar(&d.base, "base", "", "the Git ref to compare with: a branch, a tag or a commit")
	cmd.Flags().StringVar(&d.format, "format", "text", "how to show it: "+formats)
	cmd.Flags().IntVar(&d.jobs, "jobs", runtime.GOMAXPROCS(0), "how many Applications to render at a time")
	return cmd
}

func (d *differ) run(ctx context.Context, dir string) ([]diff.Application, error) {
	if d.jobs < 1 {
		return nil, command.Usage(fmt.Errorf("--jobs must be at least 1, not %d", d.jobs))
	}
	before, err := tree.At(dir, d.base)
	if err != nil {
		return nil, err
	}
	after, err := tree.Open(dir)
	if err != nil {
		return nil, err
	}
	bar := newProgress(d.streams.Err)
	defer bar.clear()
	now, err := validate.Tree(ctx, source.NewReader(after), render.Options{Jobs: d.jobs, Progress: bar.show})
	if err != nil {
		return nil, err
	}
	if len(now.Findings) > 0 {
		bar.clear()
		if err := reporter.Text(d.streams.Err, now.Findings); err != nil {
			return nil, err
		}
		return nil, errFindings
	}
	if _, kind, err := before.Resolve(render.Root); err == nil && kind != tree.Directory {
		return diff.Clusters(nil, now.Clusters), nil // there were none yet
	}
	old, err := validate.Tree(ctx, source.NewReader(before), render.Options{Jobs: d.jobs, Progress: bar.show})
	if err != nil {
		return nil, fmt.Errorf("rendering %s: %w", d.base, err)
	}
	if len(old.Findings) > 0 {
		bar.clear()
		fmt.Fprintf(d.streams.Err, "gitops: %d findings at %s: what was not rendered then shows as added\n", len(old.Findings), d.base)
	}
	return diff.Clusters(old.Clusters, now.Clusters), nil
}
