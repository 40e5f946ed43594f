package origin

import (
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Find returns the origin of an object that a kustomization renders, given the file
// that kustomize names: a resource, or the kustomization of a generator.
func Find(top *kustomization.Directory, reader *source.Reader, file, kind, name string, generated bool) *Origin {
	o := &Origin{Position: source.Position{File: file}, Name: name, Kind: kind, reader: reader}
	o.layers = route(top, file)
	if generated {
		o.generator(file)
		return o
	}
	documents, err := reader.Documents(file)
	if err != nil {
		return o
	}
	if d := pick(documents, kind, name); d != nil {
		o.Document, o.Position, o.Name = d, d.Start(), d.String("metadata", "name")
	}
	return o
}

// pick returns the document of a file that became an object. Prefixes and suffixes may
// have changed its name.
func pick(documents []source.Document, kind, name string) *source.Document {
	var best *source.Document
	for i := range documents {
		d := &documents[i]
		own := d.String("metadata", "name")
		switch {
		case d.String("kind") != kind:
		case own == name:
			return d
		case strings.Contains(name, own) && (best == nil || len(own) > len(best.String("metadata", "name"))):
			best = d
		}
	}
	return best
}

// route returns the kustomizations from the one that names a file up to the top, the
// innermost first. Those of components come before the kustomization that uses them.
func route(d *kustomization.Directory, file string) []*kustomization.Directory {
	if d.File == file || names(d, file) {
		return append(components(d), d)
	}
	for _, entries := range [][]kustomization.Entry{d.Resources, d.Components} {
		for _, e := range entries {
			if e.Directory == nil {
				continue
			}
			if below := route(e.Directory, file); below != nil {
				return append(append(below, components(d)...), d)
			}
		}
	}
	return nil
}

func names(d *kustomization.Directory, file string) bool {
	for _, e := range d.Resources {
		if e.Directory == nil && e.Path == file {
			return true
		}
	}
	return false
}

// components returns a kustomization's components, in order, each after its own.
func components(d *kustomization.Directory) []*kustomization.Directory {
	var all []*kustomization.Directory
	for _, e := range d.Components {
		if e.Directory != nil {
			all = append(append(all, components(e.Directory)...), e.Directory)
		}
	}
	return all
}

// generator finds the entry of a kustomization that made the object.
func (o *Origin) generator(file string) {
	for _, d := range o.layers {
		if d.File != file {
			continue
		}
		o.Position = source.Position{File: file, Line: 1}
		for _, g := range generators(d) {
			if g.kind == o.Kind && strings.Contains(o.Name, g.name) {
				o.Position = g.at
			}
		}
	}
}
