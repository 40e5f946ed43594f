package delivery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// Check returns what is wrong in a tree and was not wrong in the one before.
type Check func(ctx context.Context, before, after *tree.Tree) ([]report.Finding, error)

// Gate is what must hold of a change before it is pushed.
type Gate struct {
	Repository *writeback.Repository
	Overlay    image.Overlay
	Check      Check
}

// Commit holds a commit to its purpose, one overlay's image and its hold, and its tree to
// the policies.
func (g Gate) Commit(ctx context.Context, base, commit string) error {
	changed, err := g.Repository.Changed(ctx, base, commit)
	if err != nil {
		return err
	}
	for _, name := range changed {
		if err := g.file(ctx, name, base, commit); err != nil {
			return err
		}
	}
	before, err := tree.At(g.Repository.Dir, base)
	if err != nil {
		return err
	}
	after, err := tree.At(g.Repository.Dir, commit)
	if err != nil {
		return err
	}
	return g.policies(ctx, before, after)
}

// file refuses a change of any file but the overlay's two.
func (g Gate) file(ctx context.Context, name, base, commit string) error {
	switch name {
	case g.Overlay.File():
		before, err := g.Repository.At(base).Read(ctx, name)
		if err != nil {
			return err
		}
		after, err := g.Repository.At(commit).Read(ctx, name)
		if err != nil {
			return err
		}
		return image.OnlyImage(name, before, after, g.Overlay.App)
	case g.Overlay.HoldFile():
		content, err := g.Repository.At(commit).Read(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = image.ParseHold(name, content)
		return err
	default:
		return fmt.Errorf("%s would change too, and only the image of %s may: this is a bug", name, g.Overlay)
	}
}

// WorkTree holds the work tree to the policies, compared with the commit that is checked
// out.
func (g Gate) WorkTree(ctx context.Context) error {
	before, err := tree.At(g.Repository.Dir, "HEAD")
	if err != nil {
		return err
	}
	after, err := tree.Open(g.Repository.Dir)
	if err != nil {
		return err
	}
	return g.policies(ctx, before, after)
}

func (g Gate) policies(ctx context.Context, before, after *tree.Tree) error {
	findings, err := g.Check(ctx, before, after)
	if err != nil {
		return fmt.Errorf("checking the result: %w", err)
	}
	if len(findings) > 0 {
		return &PolicyError{findings}
	}
	return nil
}
