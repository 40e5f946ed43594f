package origin

import (
	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Origin is where an object comes from.
type Origin struct {
	source.Position // of the object, or of the generator that made it
	// Document is the object as its file has it, nil for a generated one.
	Document *source.Document
	// Name and Kind are the object's before anything changed them.
	Name, Kind string
	// layers are the kustomizations that may have changed it, the innermost first.
	layers []*kustomization.Directory
	reader *source.Reader
}

// FromFile is the origin of an object that no kustomization touched.
func FromFile(document source.Document) *Origin {
	return &Origin{
		Position: document.Start(),
		Document: &document,
		Name:     document.String("metadata", "name"),
		Kind:     document.String("kind"),
	}
}
