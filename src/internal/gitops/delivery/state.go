package delivery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// state is a tree that a change is planned for, with the history that ends there.
type state struct {
	repository *writeback.Repository
	commit     string
	files      writeback.Files
}

// kustomization reads an overlay's file, and which image it runs.
func (s state) kustomization(ctx context.Context, o image.Overlay) ([]byte, image.Reference, error) {
	if err := o.Validate(); err != nil {
		return nil, image.Reference{}, err
	}
	content, err := s.files.Read(ctx, o.File())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, image.Reference{}, s.missing(ctx, o)
	}
	if err != nil {
		return nil, image.Reference{}, fmt.Errorf("reading %s: %w", o.File(), err)
	}
	current, err := image.Get(o.File(), content, o.App)
	return content, current, err
}

// missing says which overlays there are.
func (s state) missing(ctx context.Context, o image.Overlay) error {
	names, err := s.files.List(ctx, o.Siblings())
	switch {
	case err != nil:
		return err
	case len(names) == 0:
		return fmt.Errorf("there is no app %q: %s has no overlay", o.App, o.Siblings())
	default:
		return fmt.Errorf("%s has no overlay %q; there are %s (looked for %s)", o.App, o.Name, strings.Join(names, ", "), o.File())
	}
}

// hold reads an overlay's hold, nil if there is none.
func (s state) hold(ctx context.Context, o image.Overlay) (*image.Hold, error) {
	content, err := s.files.Read(ctx, o.HoldFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", o.HoldFile(), err)
	}
	hold, err := image.ParseHold(o.HoldFile(), content)
	return &hold, err
}

// use is an image that an overlay runs or ran.
type use struct {
	image.Reference
	overlay image.Overlay
	commit  string // "" now
}

func (u use) String() string {
	if u.commit == "" {
		return u.overlay.Name + " runs it"
	}
	return fmt.Sprintf("%s ran it since commit %.12s", u.overlay.Name, u.commit)
}

// uses lists which images the app's overlays run now and ran before, newest first. What
// Git has and is no kustomization of today's form is left out.
func (s state) uses(ctx context.Context, app string) ([]use, error) {
	siblings := image.Overlay{App: app}.Siblings()
	names, err := s.files.List(ctx, siblings)
	if err != nil {
		return nil, err
	}
	var all []use
	for _, name := range names {
		o := image.Overlay{App: app, Name: name}
		if content, err := s.files.Read(ctx, o.File()); err == nil {
			if r, err := image.Get(o.File(), content, app); err == nil {
				all = append(all, use{r, o, ""})
			}
		}
	}
	versions, err := s.repository.History(ctx, s.commit, siblings)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		o := image.Overlay{App: app, Name: path.Base(path.Dir(v.Path))}
		if v.Path != o.File() {
			continue
		}
		if r, err := image.Get(v.Path, v.Content, app); err == nil {
			all = append(all, use{r, o, v.Commit})
		}
	}
	return all, nil
}

// history answers image.History from the clone, for one comparison.
type history struct {
	ctx        context.Context
	repository *writeback.Repository
}

func (h history) Resolve(name string) (string, error) { return h.repository.Resolve(h.ctx, name) }

func (h history) IsAncestor(ancestor, descendant string) (bool, error) {
	return h.repository.IsAncestor(h.ctx, ancestor, descendant)
}
