package origin

import (
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Field returns the file and line that put a field of the rendered object there, or
// those of the nearest field around it.
func (o *Origin) Field(_ map[string]any, field source.Path) source.Position {
	if o.Document == nil {
		return o.Position
	}
	at, _ := o.Document.Nearest(field)
	return at
}
