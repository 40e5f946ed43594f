package origin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// patches finds the last patch of a kustomization that sets the field.
func (t target) patches(d *kustomization.Directory) (source.Position, bool) {
	for _, p := range slices.Backward(d.Patches) {
		for _, document := range slices.Backward(p.Documents) {
			if document.Root.Kind == yaml.SequenceNode {
				if at, found := t.operations(p, document); found {
					return at, true
				}
				continue
			}
			if t.names() || !t.selects(p.Target, document) {
				continue
			}
			if node, value, found := t.walk(document.Root, false); found && t.sets(value) {
				return document.At(node), true
			}
		}
	}
	return source.Position{}, false
}

// sets says whether a strategic merge patch with a value for the field sets it, and does
// not just lead to what it sets: by the name of a list's element, or a mapping that the
// object itself has.
func (t target) sets(value *yaml.Node) bool {
	leads := value.Kind == yaml.MappingNode ||
		len(t.field) > 1 && t.field[len(t.field)-2].Key == "" && slices.Contains(identity, t.last())
	if !leads || t.Document == nil {
		return true
	}
	_, _, own := t.walk(t.Document.Root, true)
	return !own
}

// names says whether the field is one by which a strategic merge patch names its object,
// and so does not set.
func (t target) names() bool {
	switch t.field.String() {
	case "apiVersion", "kind", "metadata.name", "metadata.namespace":
		return true
	}
	return false
}

// selects says whether a patch is for the object.
func (t target) selects(s *types.Selector, document source.Document) bool {
	if s == nil {
		return document.String("kind") == t.Kind && document.String("metadata", "name") == t.Name
	}
	return t.identified(s) && t.described(s)
}

// operations finds the last operation of a JSON patch that sets the field, or something
// that the field is in.
func (t target) operations(p kustomization.Patch, document source.Document) (source.Position, bool) {
	if p.Target == nil || !t.selects(p.Target, document) {
		return source.Position{}, false
	}
	for _, operation := range slices.Backward(source.Items(document.Root)) {
		pointer, value := source.Value(operation, "path"), source.Value(operation, "value")
		if pointer == nil || value == nil {
			continue
		}
		rest, found := t.below(pointer.Value)
		if !found {
			continue
		}
		at := pointer
		if len(rest) > 0 {
			inside := source.Document{File: document.File, Root: value}
			if position, exact := inside.Nearest(rest); exact {
				return position, true
			}
			continue
		}
		return document.At(at), true
	}
	return source.Position{}, false
}

// below returns the field's path from where a JSON pointer points. "-" points to the
// last element.
func (t target) below(pointer string) (source.Path, bool) {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	if len(steps) > len(t.field) {
		return nil, false
	}
	for i, step := range steps {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		want := t.field[i].Key
		if want == "" {
			want = strconv.Itoa(t.field[i].Index)
		}
		if step == "-" && t.field[i].Key == "" && t.isLast(i) {
			continue
		}
		if step != want {
			return nil, false
		}
	}
	return t.field[len(steps):], true
}

// isLast says whether the i-th step of the field is to the last element of a list.
func (t target) isLast(i int) bool {
	before := target{t.Origin, t.content, t.field[:i]}
	list, _ := before.rendered().([]any)
	return t.field[i].Index == len(list)-1
}

// text is a scalar of JSON as YAML writes it.
func text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	default:
		return fmt.Sprint(value)
	}
}
