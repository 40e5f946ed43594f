package delivery

import (
	"context"
	"fmt"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// Promote makes an overlay run what another one runs.
type Promote struct {
	App, From, To string
	// AllowDowngrade is as in SetImage.
	AllowDowngrade bool
	// Link is where the change comes from, a URL; it may be empty.
	Link string
}

// Step is a promotion as it turns out: from which image to which.
type Step struct {
	Overlay  image.Overlay
	Old, New image.Reference
}

// Branch is the name of the branch that proposes the step.
func (s Step) Branch() string {
	return fmt.Sprintf("promote/%s-%s-%s", s.Overlay.App, s.Overlay.Name, s.New.Tag)
}

// Step reads what would be promoted in a commit.
func (c Promote) Step(ctx context.Context, repository *writeback.Repository, commit string) (Step, error) {
	return c.step(ctx, state{repository, commit, repository.At(commit)})
}

func (c Promote) step(ctx context.Context, s state) (Step, error) {
	from := image.Overlay{App: c.App, Name: c.From}
	step := Step{Overlay: image.Overlay{App: c.App, Name: c.To}}
	var err error
	if _, step.New, err = s.kustomization(ctx, from); err != nil {
		return step, err
	}
	if _, step.Old, err = s.kustomization(ctx, step.Overlay); err != nil {
		return step, err
	}
	switch {
	case c.From == c.To:
		return step, fmt.Errorf("%s cannot be promoted to itself", c.From)
	case !step.New.Released():
		return step, refuse("nothing was released to %s yet, so there is nothing to promote", from)
	case step.New.Digest == "":
		return step, refuse("%s pins no digest of %s: what it runs is not known well enough to be promoted", from, step.New)
	}
	return step, nil
}

// Plan is that of SetImage, with the image of the overlay that it comes from.
func (c Promote) Plan(repository *writeback.Repository) writeback.Plan {
	return func(ctx context.Context, commit string, files writeback.Files) (*writeback.Change, error) {
		s := state{repository, commit, files}
		step, err := c.step(ctx, s)
		if err != nil {
			return nil, err
		}
		change, err := SetImage{Overlay: step.Overlay, Image: step.New, AllowDowngrade: c.AllowDowngrade, Link: c.Link}.plan(ctx, s)
		if err != nil || change == nil {
			return nil, err
		}
		change.Message = message(fmt.Sprintf("Promote %s %s from %s to %s", c.App, step.New.Tag, c.From, c.To), step.New, step.Old, "", c.Link)
		return change, nil
	}
}
