package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// SetImage makes an overlay run an image.
type SetImage struct {
	Overlay image.Overlay
	Image   image.Reference
	// AllowDowngrade lets the image be older than the one that runs, or not comparable.
	AllowDowngrade bool
	// Link is where the change comes from, a URL; it may be empty.
	Link string
}

// Plan refuses what must not be delivered: another app's image, a tag that stood for
// another digest, an older version, anything while the overlay is held.
func (c SetImage) Plan(repository *writeback.Repository) writeback.Plan {
	return func(ctx context.Context, commit string, files writeback.Files) (*writeback.Change, error) {
		return c.plan(ctx, state{repository, commit, files})
	}
}

func (c SetImage) plan(ctx context.Context, s state) (*writeback.Change, error) {
	if err := validLink(c.Link); err != nil {
		return nil, err
	}
	content, current, err := s.kustomization(ctx, c.Overlay)
	if err != nil {
		return nil, err
	}
	edited, err := image.Set(c.Overlay.File(), content, c.Overlay.App, c.Image)
	if err != nil || current == c.Image {
		return nil, err
	}
	if err := c.notHeld(ctx, s); err != nil {
		return nil, err
	}
	if err := c.sameDigest(ctx, s); err != nil {
		return nil, err
	}
	if err := c.notOlder(ctx, s, current); err != nil {
		return nil, err
	}
	title := fmt.Sprintf("Set %s to %s", c.Overlay, c.Image.Tag)
	return &writeback.Change{
		Message: message(title, c.Image, current, "", c.Link),
		Edits:   []writeback.Edit{{Path: c.Overlay.File(), Content: edited}},
	}, nil
}

func (c SetImage) notHeld(ctx context.Context, s state) error {
	hold, err := s.hold(ctx, c.Overlay)
	if err != nil || hold == nil {
		return err
	}
	why := ""
	if hold.Reason != "" {
		why = " (" + hold.Reason + ")"
	}
	return refuse("%s is held at %s since %s%s: it was rolled back. If it may change again: gitops rollback --app %s --overlay %s --release",
		c.Overlay, hold.Image, hold.Since.Format("2006-01-02 15:04 MST"), why, c.Overlay.App, c.Overlay.Name)
}

// sameDigest refuses a tag that stands, or stood, for another digest: a tag names one
// image for ever.
func (c SetImage) sameDigest(ctx context.Context, s state) error {
	if c.Image.Digest == "" {
		return nil
	}
	uses, err := s.uses(ctx, c.Overlay.App)
	if err != nil {
		return err
	}
	for _, u := range uses {
		if u.Name == c.Image.Name && u.Tag == c.Image.Tag && u.Digest != "" && u.Digest != c.Image.Digest && u.Released() {
			return refuse("the tag %s is %s already (%s), and not %s: build the image under a tag of its own", u.Tag, u.Digest, u, c.Image.Digest)
		}
	}
	return nil
}

// notOlder refuses a downgrade. Where no digest is pinned, as in a lab, tags have no order.
func (c SetImage) notOlder(ctx context.Context, s state, current image.Reference) error {
	if c.AllowDowngrade || !current.Released() || current.Digest == "" {
		return nil
	}
	order, err := image.Compare(history{ctx, s.repository}, current.Tag, c.Image.Tag)
	switch {
	case errors.Is(err, image.ErrNotComparable):
		return refuse("%s runs %s: %v. If %s is meant: --allow-downgrade", c.Overlay, current.Tag, err, c.Image.Tag)
	case err != nil:
		return fmt.Errorf("comparing %s with %s: %w", current.Tag, c.Image.Tag, err)
	case order < 0:
		return refuse("%s runs %s, which is newer than %s. To go back: gitops rollback --app %s --overlay %s; or else --allow-downgrade",
			c.Overlay, current.Tag, c.Image.Tag, c.Overlay.App, c.Overlay.Name)
	default:
		return nil
	}
}

// message is a commit's: which image instead of which, and where the change comes from.
func message(title string, to, from image.Reference, reason, link string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", title, to)
	if from.Released() {
		fmt.Fprintf(&b, "instead of %s\n", from)
	}
	if reason != "" {
		fmt.Fprintf(&b, "\n%s\n", reason)
	}
	if link != "" {
		fmt.Fprintf(&b, "\nChange: %s\n", link)
	}
	return b.String()
}

func validLink(link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' }) {
		return fmt.Errorf("link %q: must be a URL that begins with https://", link)
	}
	return nil
}
