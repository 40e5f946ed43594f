package image

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// entry is one element of a kustomization's images.
type entry struct {
	document source.Document
	node     *yaml.Node
}

// find returns the entry of an app. Its errors are source.Errors.
func find(file string, content []byte, app string) (*entry, error) {
	documents, err := source.Parse(file, content)
	if err != nil {
		return nil, err
	}
	if len(documents) != 1 {
		return nil, source.Errorf(source.Position{File: file}, "%d YAML documents where a kustomization has one", len(documents))
	}
	d := documents[0]
	var found *entry
	for _, node := range source.Items(source.Value(d.Root, "images")) {
		name := source.Value(node, "name")
		if name == nil || name.Value != app {
			continue
		}
		if found != nil {
			return nil, source.Errorf(d.At(name), "a second image %q, the first is on line %d", app, found.node.Line)
		}
		found = &entry{document: d, node: node}
	}
	if found == nil {
		return nil, source.Errorf(d.Start(), "no image of the name %q among its images", app)
	}
	return found, nil
}

// value returns a field of the entry, "" if it is not there.
func (e *entry) value(field string) (string, error) {
	_, node := source.Entry(e.node, field)
	if node == nil {
		return "", nil
	}
	if node.Kind != yaml.ScalarNode || node.Tag != yaml.NodeTagString {
		return "", source.Errorf(e.document.At(node), "%s: must be a text", field)
	}
	return node.Value, nil
}

// reference is what the entry says now.
func (e *entry) reference() (Reference, error) {
	var r Reference
	for field, to := range map[string]*string{"newName": &r.Name, "newTag": &r.Tag, "digest": &r.Digest} {
		text, err := e.value(field)
		if err != nil {
			return r, err
		}
		*to = text
	}
	if r.Name == "" {
		return r, source.Errorf(e.document.At(e.node), "has no newName: it is not known which image is the app's")
	}
	name, err := normalName(r.Name)
	if err != nil {
		return r, source.Errorf(e.document.At(e.node), "newName %q: %v", r.Name, err)
	}
	r.Name = name
	return r, nil
}

// Get returns which image a kustomization runs for an app. Its errors are source.Errors.
func Get(file string, content []byte, app string) (Reference, error) {
	e, err := find(file, content, app)
	if err != nil {
		return Reference{}, fmt.Errorf("reading which image %s runs: %w", app, err)
	}
	return e.reference()
}
