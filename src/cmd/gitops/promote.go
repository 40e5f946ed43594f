package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/diff"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/reporter"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// promoter is a run of "gitops promote".
type promoter struct {
	deliverer
	change delivery.Promote
	body   string
}

func promoteCommand(streams Streams, root *string) *cobra.Command {
	p := &promoter{deliverer: deliverer{streams: streams}}
	cmd := &cobra.Command{
		Use:   "promote --from OVERLAY --to OVERLAY",
		Short: "Propose, as a branch for a pull request, that an overlay runs what another one runs",
		Long: `Propose, as a branch for a pull request, that an overlay runs what another one runs.

It prints the branch's name. The body of the pull request says which image instead of
which, lists the commits between both and shows the difference of what is rendered. It
refuses what set-image refuses. Without --push, the branch is made in this clone.`,
		Example: "  gitops promote --from staging --to production --push --body .local/promotion.md",
		Args:    command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.change.From == "" || p.change.To == "" {
				return command.Usage(errors.New("--from and --to are both needed: which overlay's image, and which overlay shall run it"))
			}
			if err := p.open(cmd.Context(), *root); err != nil {
				return err
			}
			p.change.App, p.change.Link = p.overlay.App, p.link
			return p.tell(p.promote(cmd.Context()))
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&p.change.From, "from", "", "the overlay whose image is promoted")
	cmd.Flags().StringVar(&p.change.To, "to", "", "the overlay that shall run it")
	cmd.Flags().StringVar(&p.body, "body", "", "a file to write the pull request's body into")
	cmd.Flags().BoolVar(&p.change.AllowDowngrade, "allow-downgrade", false, "let the image be older than the one that runs, or not comparable")
	return cmd
}

func (p *promoter) promote(ctx context.Context) error {
	base, err := p.base(ctx)
	if err != nil {
		return err
	}
	step, err := p.change.Step(ctx, p.repository, base)
	if err != nil {
		return err
	}
	p.overlay = step.Overlay
	result, err := p.propose(ctx, base, step)
	if err != nil {
		return err
	}
	if result.Commit == "" {
		fmt.Fprintf(p.streams.Err, "nothing to promote: %s runs %s already\n", step.Overlay, step.New.Tag)
		return nil
	}
	if p.body != "" {
		if err := p.writeBody(ctx, result, step); err != nil {
			return err
		}
	}
	fmt.Fprintln(p.streams.Out, step.Branch())
	return nil
}

// base is the commit that the branch begins at.
func (p *promoter) base(ctx context.Context) (string, error) {
	if !p.push {
		return p.repository.Head(ctx)
	}
	base, err := p.repository.Fetch(ctx, p.options.Remote, p.options.Branch)
	if err == nil && base == "" {
		err = fmt.Errorf("%s has no branch %q", p.options.Remote, p.options.Branch)
	}
	return base, err
}

// propose makes the branch, here or at the remote.
func (p *promoter) propose(ctx context.Context, base string, step delivery.Step) (writeback.Result, error) {
	gate := delivery.Gate{Repository: p.repository, Overlay: step.Overlay, Check: newFindings}
	plan := p.change.Plan(p.repository)
	if p.push {
		p.options.Target, p.options.Verify = step.Branch(), gate.Commit
		return p.repository.Push(ctx, p.options, func(ctx context.Context, commit string, files writeback.Files) (*writeback.Change, error) {
			switch now, err := p.change.Step(ctx, p.repository, commit); {
			case err != nil:
				return nil, err
			case now != step:
				return nil, fmt.Errorf("%s or %s was changed meanwhile: promote again", p.change.From, p.change.To)
			}
			return plan(ctx, commit, files)
		})
	}
	result := writeback.Result{Base: base}
	change, err := plan(ctx, base, p.repository.At(base))
	if err != nil || change == nil {
		return result, err
	}
	commit, err := p.repository.Commit(ctx, base, change)
	if err != nil {
		return result, err
	}
	if err := gate.Commit(ctx, base, commit); err != nil {
		return result, err
	}
	result.Commit = commit
	return result, p.repository.Branch(ctx, step.Branch(), commit)
}

func (p *promoter) writeBody(ctx context.Context, result writeback.Result, step delivery.Step) error {
	var shown bytes.Buffer
	changed, err := difference(ctx, p.repository.Dir, result.Base, result.Commit)
	if err != nil {
		return fmt.Errorf("comparing what is rendered: %w", err)
	}
	if err := reporter.DifferenceFormats["markdown"](&shown, result.Base[:12], changed); err != nil {
		return err
	}
	body, err := delivery.Body(ctx, p.repository, step, shown.String())
	if err != nil {
		return err
	}
	err = os.MkdirAll(filepath.Dir(p.body), 0o755) //nolint:gosec // what is in it is public
	if err == nil {
		err = os.WriteFile(p.body, []byte(body), 0o644) //nolint:gosec // it was named by the user, and is public
	}
	if err != nil {
		return fmt.Errorf("writing the pull request's body: %w", err)
	}
	return nil
}

// difference compares what two commits render.
func difference(ctx context.Context, dir, base, commit string) ([]diff.Application, error) {
	var both [2]*validate.Whole
	for i, ref := range []string{base, commit} {
		files, err := tree.At(dir, ref)
		if err != nil {
			return nil, err
		}
		if both[i], err = validate.Tree(ctx, source.NewReader(files), render.Options{Jobs: runtime.GOMAXPROCS(0)}); err != nil {
			return nil, err
		}
	}
	return diff.Clusters(both[0].Clusters, both[1].Clusters), nil
}
