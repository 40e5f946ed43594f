package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/reporter"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// checker is a run of "gitops check".
type checker struct {
	streams  Streams
	format   string
	base     string
	existing bool
	dump     string
	now      string
	jobs     int
}

func checkCommand(streams Streams, root *string) *cobra.Command {
	c := &checker{streams: streams}
	cmd := &cobra.Command{
		Use:   "check [clusters/NAME…]",
		Short: "Hold what the clusters render to the policies",
		Long: `Hold what the clusters render to the policies.

Each finding names its rule, object and field, and the file and line that put the field
there. What policy/waivers.yaml accepts for a while does not fail. With --base, only what
was not there at that Git ref fails.`,
		Example: "  gitops check\n  gitops check clusters/production --format markdown --base origin/main",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := repository(*root)
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), dir, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&c.format, "format", "text", "how to write the report: "+strings.Join(reporter.Formats(), ", "))
	flags.StringVar(&c.base, "base", "", "a Git ref to compare with")
	flags.BoolVar(&c.existing, "fail-on-existing", false, "with --base, fail for what was there before, too")
	flags.StringVar(&c.dump, "dump-input", "", "write what the rules see into this directory, one file a cluster, and check nothing")
	flags.IntVar(&c.jobs, "jobs", runtime.GOMAXPROCS(0), "how many Applications to render, or clusters to check, at a time")
	flags.StringVar(&c.now, "now", "", "the day on which waivers are looked at (default: today)")
	cobra.CheckErr(flags.MarkHidden("now"))
	return cmd
}

func (c *checker) run(ctx context.Context, root string, args []string) error {
	write, err := reporter.For(c.format)
	if err != nil {
		return command.Usage(err)
	}
	if c.jobs < 1 {
		return command.Usage(fmt.Errorf("--jobs must be at least 1, not %d", c.jobs))
	}
	now, err := c.today()
	if err != nil {
		return err
	}
	names, err := clusterNames(root, args)
	if err != nil {
		return err
	}
	files, err := tree.Open(root)
	if err != nil {
		return err
	}
	bar := newProgress(c.streams.Err)
	options := check.Options{Clusters: names, Jobs: c.jobs, Now: now, Progress: bar.show}
	if c.dump != "" {
		clusters, err := check.Render(ctx, files, options)
		bar.clear()
		if err != nil {
			return err
		}
		return c.write(clusters)
	}
	if c.base != "" {
		if options.Base, err = tree.At(root, c.base); err != nil {
			return err
		}
		options.BaseName = c.base
	}
	found, err := check.Run(ctx, files, options)
	bar.clear()
	if err != nil {
		return err
	}
	if err := write(c.streams.Out, found); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if found.Failing() > 0 || c.existing && found.Count(report.Result.FailedBefore) > 0 {
		return errFindings
	}
	return nil
}

func (c *checker) today() (time.Time, error) {
	if c.now == "" {
		return time.Now(), nil
	}
	day, err := time.Parse(time.DateOnly, c.now)
	if err != nil {
		return day, command.Usage(fmt.Errorf("--now %q: must be a day such as 2026-01-31", c.now))
	}
	return day, nil
}

// clusterNames turns arguments into names of clusters.
func clusterNames(root string, args []string) ([]string, error) {
	var names []string
	for _, argument := range args {
		name, err := inTree(root, argument)
		if err != nil {
			return nil, err
		}
		cluster, ok := strings.CutPrefix(name, render.Root+"/")
		if !ok || strings.Contains(cluster, "/") {
			return nil, command.Usage(fmt.Errorf("%s is no cluster: name %s/NAME", argument, render.Root))
		}
		names = append(names, cluster)
	}
	return names, nil
}

// write writes the input documents of clusters.
func (c *checker) write(clusters []*render.Cluster) error {
	if err := os.MkdirAll(c.dump, 0o755); err != nil { //nolint:gosec // manifests are for everybody to read
		return fmt.Errorf("making the directory of --dump-input: %w", err)
	}
	var all []error
	for _, cluster := range clusters {
		data, err := json.MarshalIndent(check.Document(cluster), "", "  ")
		if err == nil {
			err = os.WriteFile(filepath.Join(c.dump, cluster.Name+".json"), append(data, '\n'), 0o644) //nolint:gosec // as above
		}
		all = append(all, err)
	}
	if err := errors.Join(all...); err != nil {
		return fmt.Errorf("writing what the rules see: %w", err)
	}
	return nil
}
