package origin

import (
	"regexp"
	"slices"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Index finds the origins of what one kustomization renders. It follows names and
// namespaces through the kustomizations instead of marking the objects, which would
// change what some patches do.
type Index struct {
	top    *kustomization.Directory
	reader *source.Reader
	// origins by kind and name; those whose names end with a hash by kind alone.
	origins map[[2]string][]indexed
}

// indexed is an origin with what its object is called when it is rendered.
type indexed struct {
	*Origin
	name, namespace string
	hashed          bool // the name ends with a hash of the content
}

// NewIndex reads a kustomization, which must have been loaded without errors.
func NewIndex(top *kustomization.Directory, reader *source.Reader) *Index {
	x := &Index{top: top, reader: reader, origins: map[[2]string][]indexed{}}
	x.add(top, nil)
	return x
}

// Find returns the origin of a rendered object. One whose name or kind a patch changed
// is said to be from the kustomization as a whole.
func (x *Index) Find(kind, namespace, name string) *Origin {
	named, hashed := x.origins[[2]string{kind, name}], x.origins[[2]string{kind}]
	for _, exactly := range []bool{true, false} {
		for _, o := range slices.Concat(named, hashed) {
			if exactly && o.namespace != "" && o.namespace != namespace {
				continue
			}
			if o.name == name || o.hashed && withHash(name, o.name) {
				return o.Origin
			}
		}
	}
	return &Origin{
		Position: source.Position{File: x.top.File, Line: 1},
		Name:     name, Kind: kind, reader: x.reader,
		layers: []*kustomization.Directory{x.top},
	}
}

var hash = regexp.MustCompile(`^-[2456789bcdfghkmt]{10}$`)

func withHash(name, base string) bool {
	return len(name) > len(base) && name[:len(base)] == base && hash.MatchString(name[len(base):])
}

// add takes what a kustomization names and generates. Above are those that build upon
// it, the innermost first, each after its components.
func (x *Index) add(d *kustomization.Directory, above []*kustomization.Directory) {
	layers := append(append(components(d), d), above...)
	for _, e := range d.Resources {
		if e.Directory != nil {
			x.add(e.Directory, layers)
			continue
		}
		documents, err := x.reader.Documents(e.Path)
		if err != nil {
			continue // told by whoever loaded it
		}
		for i := range documents {
			x.document(&documents[i], layers)
		}
	}
	for _, e := range d.Components {
		if e.Directory != nil {
			x.add(e.Directory, layers[slices.Index(layers, e.Directory)+1:])
		}
	}
	for _, g := range generators(d) {
		o := &Origin{Position: g.at, Kind: g.kind, Name: g.name, layers: layers, reader: x.reader}
		x.put(indexed{o, renamed(g.kind, g.name, layers), moved(g.namespace, layers), g.hashed})
	}
}

func (x *Index) put(o indexed) {
	key := [2]string{o.Kind, o.name}
	if o.hashed {
		key[1] = ""
	}
	x.origins[key] = append(x.origins[key], o)
}

func (x *Index) document(document *source.Document, layers []*kustomization.Directory) {
	o := FromFile(*document)
	o.layers, o.reader = layers, x.reader
	namespace := moved(document.String("metadata", "namespace"), layers)
	x.put(indexed{o, renamed(o.Kind, o.Name, layers), namespace, false})
}

// renamed puts the prefixes and suffixes of kustomizations around a name.
func renamed(kind, name string, layers []*kustomization.Directory) string {
	switch kind {
	case "Namespace", "CustomResourceDefinition", "APIService":
		return name // kustomize leaves these
	}
	for _, d := range layers {
		name = d.Spec.NamePrefix + name + d.Spec.NameSuffix
	}
	return name
}

// moved is the namespace that kustomizations put an object into.
func moved(namespace string, layers []*kustomization.Directory) string {
	for _, d := range layers {
		if d.Spec.Namespace != "" {
			namespace = d.Spec.Namespace
		}
	}
	return namespace
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
