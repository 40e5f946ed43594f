package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/reporter"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// deliverer is a run of a command that changes what an overlay runs.
type deliverer struct {
	streams Streams
	overlay image.Overlay
	push    bool
	options writeback.Options
	link    string
	// repository is the clone that it works in.
	repository *writeback.Repository
}

// flags are those that all these commands have.
func (d *deliverer) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&d.overlay.App, "app", "exchange", "the app, a directory of apps/")
	flags.BoolVar(&d.push, "push", false, "commit the change upon the remote branch, and push it; without, it is made in the work tree")
	flags.StringVar(&d.options.Remote, "remote", "origin", "with --push, the remote's name or URL")
	flags.StringVar(&d.options.Branch, "branch", "main", "with --push, the branch that Argo CD reads")
	flags.StringVar(&d.link, "link", "", "URL of what led to the change, for the commit's message")
}

func (d *deliverer) open(ctx context.Context, root string) error {
	dir, err := repository(root)
	if err != nil {
		return err
	}
	d.repository, err = writeback.Open(ctx, dir)
	return err
}

// run makes a planned change and says what became of it. done is what is true then.
func (d *deliverer) run(ctx context.Context, plan writeback.Plan, done string) error {
	gate := delivery.Gate{Repository: d.repository, Overlay: d.overlay, Check: newFindings}
	if d.push {
		d.options.Verify = gate.Commit
		result, err := d.repository.Push(ctx, d.options, plan)
		switch {
		case err != nil:
			return d.tell(err)
		case result.Commit == "":
			fmt.Fprintf(d.streams.Out, "nothing to change: %s already\n", done)
		default:
			fmt.Fprintf(d.streams.Out, "%s: pushed commit %.12s to %s\n", done, result.Commit, d.options.Branch)
		}
		return nil
	}
	change, err := d.repository.Edit(ctx, plan, gate.WorkTree)
	if err != nil {
		return d.tell(err)
	}
	if change == nil {
		fmt.Fprintf(d.streams.Out, "nothing to change: %s already\n", done)
		return nil
	}
	for _, edit := range change.Edits {
		if edit.Content == nil {
			fmt.Fprintf(d.streams.Out, "removed %s\n", edit.Path)
		} else {
			fmt.Fprintf(d.streams.Out, "changed %s\n", edit.Path)
		}
	}
	fmt.Fprintf(d.streams.Out, "%s, when this is committed and pushed\n", done)
	return nil
}

// tell says why a change was refused. Other errors are returned.
func (d *deliverer) tell(err error) error {
	var policy *delivery.PolicyError
	var refusal *delivery.Refusal
	switch {
	case errors.As(err, &policy):
		if err := reporter.Text(d.streams.Err, policy.Findings); err != nil {
			return err
		}
		fmt.Fprintf(d.streams.Err, "gitops: %v\n", policy)
		return errFindings
	case errors.As(err, &refusal):
		fmt.Fprintf(d.streams.Err, "gitops: refused: %v\n", refusal)
		return errFindings
	default:
		return err
	}
}
