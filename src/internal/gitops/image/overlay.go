package image

import (
	"fmt"
	"path"
	"regexp"
)

// Overlay is an overlay of an app.
type Overlay struct{ App, Name string }

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Validate refuses what cannot be a directory's name here.
func (o Overlay) Validate() error {
	if !namePattern.MatchString(o.App) {
		return fmt.Errorf("app %q: a name has lower-case letters, digits and dashes", o.App)
	}
	if !namePattern.MatchString(o.Name) {
		return fmt.Errorf("overlay %q: a name has lower-case letters, digits and dashes", o.Name)
	}
	return nil
}

func (o Overlay) String() string { return o.App + " in " + o.Name }

// Siblings is the directory of all overlays of the app.
func (o Overlay) Siblings() string { return path.Join("apps", o.App, "overlays") }

// File is the kustomization that says which image the overlay runs.
func (o Overlay) File() string { return path.Join(o.Siblings(), o.Name, "kustomization.yaml") }

// HoldFile is where a Hold is kept. No kustomization names it, so that it renders nothing.
func (o Overlay) HoldFile() string { return path.Join(o.Siblings(), o.Name, "hold.yaml") }
