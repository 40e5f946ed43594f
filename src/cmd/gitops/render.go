package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/reporter"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
)

// renderer is a run of "gitops render".
type renderer struct {
	streams   Streams
	root      string
	outputDir string
	jobs      int
}

func renderCommand(streams Streams, root *string) *cobra.Command {
	r := &renderer{streams: streams}
	cmd := &cobra.Command{
		Use:   "render [clusters/NAME | PATH]",
		Short: "Print what Argo CD would apply, or what is wrong with it",
		Long: `Print what Argo CD would apply, or what is wrong with it.

A cluster is rendered from its Applications. Any other path is rendered like
"kustomize build". Without an argument, all clusters are rendered and nothing is
printed but what is wrong; then kustomizations that no cluster uses are wrong too.`,
		Example: "  gitops render clusters/kind\n  gitops render apps/exchange/overlays/production",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := repository(*root)
			if err != nil {
				return err
			}
			r.root = dir
			files, err := tree.Open(dir)
			if err != nil {
				return err
			}
			return r.run(cmd.Context(), source.NewReader(files), args)
		},
	}
	cmd.Flags().StringVar(&r.outputDir, "output-dir", "", "write one file an Application into this directory instead of printing")
	cmd.Flags().IntVar(&r.jobs, "jobs", runtime.GOMAXPROCS(0), "how many Applications to render at a time")
	return cmd
}

func (r *renderer) run(ctx context.Context, reader *source.Reader, args []string) error {
	if r.jobs < 1 {
		return command.Usage(fmt.Errorf("--jobs must be at least 1, not %d", r.jobs))
	}
	if len(args) == 0 {
		return r.all(ctx, reader)
	}
	name, err := inTree(r.root, args[0])
	if err != nil {
		return err
	}
	if cluster, ok := strings.CutPrefix(name, render.Root+"/"); ok && !strings.Contains(cluster, "/") {
		return r.cluster(ctx, reader, cluster)
	}
	return r.path(reader, name)
}

// all renders every cluster and tells what is wrong.
func (r *renderer) all(ctx context.Context, reader *source.Reader) error {
	if r.outputDir != "" {
		return command.Usage(fmt.Errorf("--output-dir needs the name of one cluster"))
	}
	bar := newProgress(r.streams.Err)
	whole, err := validate.Tree(ctx, reader, r.options(bar))
	bar.clear()
	if err != nil {
		return err
	}
	return r.tell(whole.Findings)
}

func (r *renderer) options(bar *progress) render.Options {
	return render.Options{Jobs: r.jobs, Progress: bar.show}
}

func (r *renderer) cluster(ctx context.Context, reader *source.Reader, name string) error {
	bar := newProgress(r.streams.Err)
	c, err := validate.Cluster(ctx, reader, name, r.options(bar))
	bar.clear()
	if err != nil {
		return err
	}
	if err := r.tell(c.Findings); err != nil {
		return err
	}
	if r.outputDir != "" {
		return r.write(c)
	}
	for _, a := range c.Applications {
		if err := printObjects(r.streams.Out, a.Objects); err != nil {
			return err
		}
	}
	return nil
}

// path renders a directory alone, against the kinds that the whole tree defines.
func (r *renderer) path(reader *source.Reader, dir string) error {
	objects, findings, err := validate.Path(reader, dir)
	if err != nil {
		return err
	}
	if err := r.tell(findings); err != nil {
		return err
	}
	if r.outputDir == "" {
		return printObjects(r.streams.Out, objects)
	}
	return r.writeFile(filepath.Base(dir), objects)
}

// tell writes findings. It returns errFindings if there are any.
func (r *renderer) tell(findings []report.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	if err := reporter.Text(r.streams.Err, findings); err != nil {
		return err
	}
	return errFindings
}

// printObjects writes objects as one YAML stream.
func printObjects(w io.Writer, objects []*object.Object) error {
	for _, o := range objects {
		text, err := o.YAML()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", text); err != nil {
			return fmt.Errorf("printing: %w", err)
		}
	}
	return nil
}

// write writes one file an Application.
func (r *renderer) write(c *render.Cluster) error {
	for _, a := range c.Applications {
		if len(a.Objects) == 0 {
			continue // all its sources are elsewhere
		}
		if err := r.writeFile(filepath.Base(a.Name), a.Objects); err != nil {
			return err
		}
	}
	return nil
}

// writeFile replaces a file of the output directory, if it differs.
func (r *renderer) writeFile(name string, objects []*object.Object) error {
	var b bytes.Buffer
	if err := printObjects(&b, objects); err != nil {
		return err
	}
	if err := os.MkdirAll(r.outputDir, 0o755); err != nil { //nolint:gosec // manifests are for everybody to read
		return fmt.Errorf("making the output directory: %w", err)
	}
	file := filepath.Join(r.outputDir, name+".yaml")
	if old, err := os.ReadFile(file); err == nil && slices.Equal(old, b.Bytes()) { //nolint:gosec // it was named by the user
		return nil
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil { //nolint:gosec // manifests are for everybody to read
		return fmt.Errorf("writing what was rendered: %w", err)
	}
	return nil
}
