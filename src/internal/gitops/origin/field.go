package origin

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// target is a field of a rendered object.
type target struct {
	*Origin
	content map[string]any // of the object
	field   source.Path
}

// Field returns the file and line that put a field of the rendered object there: the
// last of those that did. For a field that is not there it is the nearest field around
// it, where the object itself is written. What kustomize copies from other objects
// (replacements) is found where the object has it.
func (o *Origin) Field(content map[string]any, field source.Path) source.Position {
	t := target{o, content, field}
	for _, layer := range slices.Backward(o.layers) {
		if at, found := t.layer(layer); found {
			return at
		}
	}
	if o.Document == nil {
		return o.Position
	}
	node, _, _ := t.walk(o.Document.Root, true)
	return o.Document.At(node)
}

// layer finds what one kustomization says of the field. Kustomize applies a
// kustomization's parts in an order of its own, here from the last to the first.
func (t target) layer(d *kustomization.Directory) (source.Position, bool) {
	for _, part := range []func(*kustomization.Directory) (source.Position, bool){
		t.replacements, t.image, t.replicas, t.metadata, t.patches, t.generated,
	} {
		if at, found := part(d); found {
			return at, true
		}
	}
	return source.Position{}, false
}

// walk follows the field through a document and returns the node that names the field,
// or the nearest field around it, its value, and whether it is the field itself.
// Elements of lists are found by what identifies them; by their index only in the
// object's own document.
func (t target) walk(root *yaml.Node, own bool) (at, node *yaml.Node, exact bool) {
	at, node = root, root
	var value any = t.content
	for _, step := range t.field {
		if step.Key != "" {
			key, inner := source.Entry(node, step.Key)
			if key == nil {
				return at, node, false
			}
			at, node = key, inner
			mapping, _ := value.(map[string]any)
			value = mapping[step.Key]
			continue
		}
		var element any
		if list, _ := value.([]any); step.Index < len(list) {
			element = list[step.Index]
		}
		item := find(source.Items(node), element, step.Index, own)
		if item == nil {
			return at, node, false
		}
		at, node, value = item, item, element
	}
	return at, node, true
}

// identity are the fields by which Kubernetes tells the elements of lists apart.
var identity = []string{"name", "containerPort", "port", "mountPath", "devicePath", "topologyKey", "ip", "host", "path", "type", "key", "secretKey"}

// find returns the item of a document's list that became an element, or nil.
func find(items []*yaml.Node, element any, index int, own bool) *yaml.Node {
	for _, item := range items {
		if matches(item, element) {
			return item
		}
	}
	if own && index < len(items) {
		return items[index]
	}
	return nil
}

func matches(item *yaml.Node, element any) bool {
	mapping, ok := element.(map[string]any)
	if !ok {
		return item.Kind == yaml.ScalarNode && item.Value == text(element)
	}
	same := false
	for _, key := range identity {
		value := source.Value(item, key)
		if value == nil || value.Kind != yaml.ScalarNode || mapping[key] == nil {
			continue
		}
		if value.Value != text(mapping[key]) {
			return false
		}
		same = true
	}
	return same
}
