package source

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Step is one step of a field's path: into a mapping by Key, or into a list by Index.
type Step struct {
	Key   string
	Index int // counts where Key is ""
}

// Path leads from an object to one of its fields.
type Path []Step

// ParsePath reads a path as Kubernetes writes it: spec.ports[0].name, data[a.b] or
// metadata.annotations["a.b/c"]. What is in brackets and no number is a key.
func ParsePath(text string) Path {
	var path Path
	for text = strings.TrimPrefix(text, "."); text != ""; text = strings.TrimPrefix(text, ".") {
		if text[0] != '[' {
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			path, text = append(path, Step{Key: text[:end]}), text[end:]
			continue
		}
		end := strings.IndexByte(text, ']')
		if strings.HasPrefix(text, `["`) {
			if quote := strings.Index(text, `"]`); quote > 0 {
				end = quote + 1
			}
		}
		if end < 0 {
			return append(path, Step{Key: text})
		}
		inner := text[1:end]
		if index, err := strconv.Atoi(inner); err == nil && index >= 0 {
			path = append(path, Step{Index: index})
		} else {
			path = append(path, Step{Key: strings.Trim(inner, `"`)})
		}
		text = text[end+1:]
	}
	return path
}

// String writes a path as ParsePath reads it.
func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch {
		case step.Key == "":
			b.WriteString("[" + strconv.Itoa(step.Index) + "]")
		case strings.ContainsAny(step.Key, ".[]/"):
			b.WriteString(`["` + step.Key + `"]`)
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.Key)
		}
	}
	return b.String()
}

// Key returns the path of a field of the one at p.
func (p Path) Key(key string) Path { return append(slices.Clip(p), Step{Key: key}) }

// Index returns the path of an element of the list at p.
func (p Path) Index(index int) Path { return append(slices.Clip(p), Step{Index: index}) }

// follow returns what an alias stands for.
func follow(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// Entry returns key and value of a mapping's entry, or nil.
func Entry(node *yaml.Node, key string) (*yaml.Node, *yaml.Node) {
	node = follow(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i], follow(node.Content[i+1])
		}
	}
	return nil, nil
}

// Value returns the value of a mapping's entry, or nil.
func Value(node *yaml.Node, key string) *yaml.Node {
	_, value := Entry(node, key)
	return value
}

// Items returns the elements of a list, none if it is no list.
func Items(node *yaml.Node) []*yaml.Node {
	node = follow(node)
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]*yaml.Node, len(node.Content))
	for i, item := range node.Content {
		items[i] = follow(item)
	}
	return items
}

// Nearest returns the line of a field, or of the nearest field around it that is
// there, and whether it is the field itself.
func (d Document) Nearest(path Path) (Position, bool) {
	node, at := d.Root, d.Root
	for _, step := range path {
		if step.Key == "" {
			items := Items(node)
			if step.Index >= len(items) {
				return d.At(at), false
			}
			node = items[step.Index]
			at = node
			continue
		}
		key, value := Entry(node, step.Key)
		if key == nil {
			return d.At(at), false
		}
		node, at = value, key
	}
	return d.At(at), true
}
