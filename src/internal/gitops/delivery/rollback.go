package delivery

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// longestReason bounds a reason in bytes.
const longestReason = 500

// Rollback makes an overlay run what it ran before, and holds it there.
type Rollback struct {
	Overlay image.Overlay
	// To is the tag to go back to, "" for the version before.
	To string
	// Reason is for people, one line; it may be empty.
	Reason string
	// Link is where the change comes from, a URL; it may be empty.
	Link string
	// Now is when the hold begins.
	Now time.Time
}

// Plan finds the version in Git, and refuses where there is none.
func (c Rollback) Plan(repository *writeback.Repository) writeback.Plan {
	return func(ctx context.Context, commit string, files writeback.Files) (*writeback.Change, error) {
		return c.plan(ctx, state{repository, commit, files})
	}
}

func (c Rollback) plan(ctx context.Context, s state) (*writeback.Change, error) {
	if err := validLink(c.Link); err != nil {
		return nil, err
	}
	if len(c.Reason) > longestReason || strings.ContainsAny(c.Reason, "\r\n") {
		return nil, fmt.Errorf("reason: must be one line of at most %d bytes", longestReason)
	}
	content, current, err := s.kustomization(ctx, c.Overlay)
	if err != nil {
		return nil, err
	}
	before, err := c.before(ctx, s, current)
	if err != nil {
		return nil, err
	}
	edited, err := image.Set(c.Overlay.File(), content, c.Overlay.App, before)
	if err != nil {
		return nil, err
	}
	hold, err := image.Hold{Image: before.String(), Instead: current.String(), Since: c.Now, Reason: c.Reason}.Format(c.Overlay)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("Roll %s back to %s", c.Overlay, before.Tag)
	return &writeback.Change{
		Message: message(title, before, current, c.Reason, c.Link),
		Edits:   []writeback.Edit{{Path: c.Overlay.File(), Content: edited}, {Path: c.Overlay.HoldFile(), Content: hold}},
	}, nil
}

// before finds what to go back to. A version that came back was rolled back to: what ran
// in between does not count, so that a second rollback goes further back.
func (c Rollback) before(ctx context.Context, s state, current image.Reference) (image.Reference, error) {
	uses, err := s.uses(ctx, c.Overlay.App)
	if err != nil {
		return image.Reference{}, err
	}
	var ran []image.Reference // the oldest first, without what was rolled back
	for i := len(uses) - 1; i >= 0; i-- {
		u := uses[i]
		if u.overlay != c.Overlay || !u.Released() || u.Name != current.Name || u.Digest == "" && current.Digest != "" {
			continue
		}
		for j, earlier := range ran {
			if earlier == u.Reference {
				ran = ran[:j]
				break
			}
		}
		ran = append(ran, u.Reference)
	}
	if n := len(ran); n > 0 && ran[n-1] == current {
		ran = ran[:n-1]
	}
	for i := len(ran) - 1; i >= 0; i-- {
		if c.To == "" || ran[i].Tag == c.To {
			return ran[i], nil
		}
	}
	if c.To != "" {
		return image.Reference{}, refuse("%s did not run %s before %s: Git has no such version of %s", c.Overlay, c.To, current.Tag, c.Overlay.File())
	}
	return image.Reference{}, refuse("%s ran nothing before %s: Git has no other version of %s", c.Overlay, current.Tag, c.Overlay.File())
}

// Release ends an overlay's hold. What it runs stays until the next change.
type Release struct {
	Overlay image.Overlay
	// Link is where the change comes from, a URL; it may be empty.
	Link string
}

// Plan removes the hold, if there is one.
func (c Release) Plan(repository *writeback.Repository) writeback.Plan {
	return func(ctx context.Context, commit string, files writeback.Files) (*writeback.Change, error) {
		s := state{repository, commit, files}
		if err := validLink(c.Link); err != nil {
			return nil, err
		}
		_, current, err := s.kustomization(ctx, c.Overlay)
		if err != nil {
			return nil, err
		}
		hold, err := s.hold(ctx, c.Overlay)
		if err != nil || hold == nil {
			return nil, err
		}
		return &writeback.Change{
			Message: message(fmt.Sprintf("Release %s", c.Overlay), current, image.Reference{Digest: image.None}, "It may change again.", c.Link),
			Edits:   []writeback.Edit{{Path: c.Overlay.HoldFile()}},
		}, nil
	}
}
