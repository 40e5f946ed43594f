// Package object is a rendered Kubernetes object with its place in the tree.
package object

import (
	"fmt"
	"maps"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// ID names an object in a cluster.
type ID struct{ Group, Version, Kind, Namespace, Name string }

// String is Kind.group/namespace/name, without the group for the core API and without
// the namespace for what has none.
func (id ID) String() string {
	text := id.Kind
	if id.Group != "" {
		text += "." + id.Group
	}
	if id.Namespace != "" {
		text += "/" + id.Namespace
	}
	return text + "/" + id.Name
}

// APIVersion is group and version as an object states them.
func (id ID) APIVersion() string {
	if id.Group == "" {
		return id.Version
	}
	return id.Group + "/" + id.Version
}

// Is says whether the object is of a kind of a group, in any version.
func (id ID) Is(group, kind string) bool { return id.Group == group && id.Kind == kind }

// Object is a rendered object.
type Object struct {
	ID
	// Content is the object as JSON has it, with int64 for whole numbers.
	Content map[string]any
	// Origin is where it comes from.
	Origin *origin.Origin
}

// New returns an object from what JSON has.
func New(content map[string]any, from *origin.Origin) *Object {
	o := &Object{Content: content, Origin: from}
	apiVersion, _ := content["apiVersion"].(string)
	if group, version, found := strings.Cut(apiVersion, "/"); found {
		o.Group, o.Version = group, version
	} else {
		o.Version = apiVersion
	}
	o.Kind, _ = content["kind"].(string)
	o.Name = o.Text("metadata", "name")
	o.Namespace = o.Text("metadata", "namespace")
	return o
}

// Clone returns the object with metadata of its own. All else is shared.
func (o *Object) Clone() *Object {
	clone := *o
	clone.Content = maps.Clone(o.Content)
	if metadata, ok := o.Content["metadata"].(map[string]any); ok {
		clone.Content["metadata"] = maps.Clone(metadata)
	}
	return &clone
}

// YAML is the object as kustomize prints it.
func (o *Object) YAML() ([]byte, error) {
	text, err := yaml.Marshal(o.Content)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", o, err)
	}
	return text, nil
}

// Position is the file and line that put a field there.
func (o *Object) Position(field source.Path) source.Position {
	return o.Origin.Field(o.Content, field)
}

// Errorf says what is wrong with a field, with its file and line.
func (o *Object) Errorf(field source.Path, format string, args ...any) *source.Error {
	wrong := source.Errorf(o.Position(field), format, args...)
	wrong.Field = field.String()
	return wrong
}

// Map returns the mapping at a path of keys, nil if there is none.
func (o *Object) Map(keys ...string) map[string]any {
	m, _ := Get(o.Content, keys...).(map[string]any)
	return m
}

// List returns the list at a path of keys, nil if there is none.
func (o *Object) List(keys ...string) []any {
	l, _ := Get(o.Content, keys...).([]any)
	return l
}

// Text returns the text at a path of keys, "" if there is none.
func (o *Object) Text(keys ...string) string {
	s, _ := Get(o.Content, keys...).(string)
	return s
}

// Get returns the value at a path of keys, nil if there is none.
func Get(value any, keys ...string) any {
	for _, key := range keys {
		m, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = m[key]
	}
	return value
}
