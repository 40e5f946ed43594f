package check_test

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// operator is a way to break objects of the tree that one rule is to find.
type operator struct {
	rule, cluster string
	// object is a pattern of the names of objects, as findings have them.
	object string
	// field leads to what is changed; [*] stands for every element of a list, .* for every
	// key, and ~ for a point within a key. Each place where it leads is one mutation.
	field string
	// where, if not nil, says which objects are meant.
	where func(content map[string]any) bool
	// change returns what is to stand there, given what stands there; gone removes it.
	// For the field "" it changes the cluster's objects instead.
	change func(old any) any
}

type removed struct{}

// gone removes what stands at a field, or the object.
func gone(any) any { return removed{} }

// set puts a value at a field.
func set(value any) func(any) any { return func(any) any { return value } }

// renamed lengthens a word.
func renamed(old any) any {
	word, _ := old.(string)
	return word + "x"
}

// with adds an element to a list, or a key to a mapping.
func with(key string, value any) func(any) any {
	return func(old any) any {
		if list, ok := old.([]any); ok || key == "" {
			return append(slices.Clone(list), value)
		}
		mapping, _ := old.(map[string]any)
		mapping = maps.Clone(mapping)
		if mapping == nil {
			mapping = map[string]any{}
		}
		mapping[key] = value
		return mapping
	}
}

// expand returns the places of an object to which a field leads. The last step need not
// be there.
func expand(value any, field string) []source.Path {
	paths := []source.Path{nil}
	for _, step := range strings.Split(strings.ReplaceAll(field, "[", ".["), ".") {
		var next []source.Path
		for _, p := range paths {
			here := at(value, p)
			switch {
			case step == "":
				next = append(next, p)
			case step == "[*]":
				list, _ := here.([]any)
				for i := range list {
					next = append(next, p.Index(i))
				}
			case step == "*":
				mapping, _ := here.(map[string]any)
				for _, key := range slices.Sorted(maps.Keys(mapping)) {
					next = append(next, p.Key(key))
				}
			case strings.HasPrefix(step, "["):
				next = append(next, append(slices.Clip(p), source.ParsePath(step)...))
			default:
				if _, ok := here.(map[string]any); ok {
					next = append(next, p.Key(strings.ReplaceAll(step, "~", ".")))
				}
			}
		}
		paths = next
	}
	return paths
}

func at(value any, p source.Path) any {
	for _, step := range p {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[step.Key]
		case []any:
			if step.Index >= len(inner) {
				return nil
			}
			value = inner[step.Index]
		default:
			return nil
		}
	}
	return value
}

// changed returns a value with another at a place.
func changed(value any, p source.Path, change func(any) any) any {
	if len(p) == 0 {
		return change(value)
	}
	switch inner := value.(type) {
	case []any:
		result := changed(inner[p[0].Index], p[1:], change)
		if _, gone := result.(removed); gone {
			return slices.Delete(slices.Clone(inner), p[0].Index, p[0].Index+1)
		}
		inner = slices.Clone(inner)
		inner[p[0].Index] = result
		return inner
	default:
		mapping, _ := value.(map[string]any)
		result := changed(mapping[p[0].Key], p[1:], change)
		mapping = maps.Clone(mapping)
		if _, gone := result.(removed); gone {
			delete(mapping, p[0].Key)
		} else {
			mapping[p[0].Key] = result
		}
		return mapping
	}
}

// mutant is a cluster with one mutation.
type mutant struct {
	name    string
	cluster *render.Cluster
}

// mutants applies the operator to each place of a cluster that it fits.
func (o operator) mutants(t *testing.T, c *render.Cluster) []mutant {
	t.Helper()
	var all []mutant
	for i, a := range c.Applications {
		for j, old := range a.Objects {
			if ok, err := path.Match(o.object, old.String()); err != nil {
				t.Fatal(err)
			} else if !ok || o.where != nil && !o.where(old.Content) {
				continue
			}
			if o.field == "" {
				all = append(all, mutant{old.String(), replaced(t, c, i, j, o.change(old.Content))})
				continue
			}
			for _, p := range expand(old.Content, o.field) {
				content := changed(old.Content, p, o.change)
				all = append(all, mutant{old.String() + " " + p.String(), replaced(t, c, i, j, content)})
			}
		}
	}
	return all
}

// replaced returns a cluster with another object in the place of one: removed{} for none,
// a list for several.
func replaced(t *testing.T, c *render.Cluster, i, j int, content any) *render.Cluster {
	t.Helper()
	old := c.Applications[i].Objects[j]
	var objects []*object.Object
	contents, several := content.([]any)
	if !several {
		contents = []any{content}
	}
	for _, content := range contents {
		if mapping, ok := content.(map[string]any); ok {
			objects = append(objects, object.New(exact(t, mapping), old.Origin))
		}
	}
	clone := *c
	clone.Applications = slices.Clone(c.Applications)
	application := *c.Applications[i]
	application.Objects = slices.Concat(application.Objects[:j], objects, application.Objects[j+1:])
	clone.Applications[i] = &application
	return &clone
}

// exact copies a mapping with numbers as JSON has them.
func exact(t *testing.T, mapping map[string]any) map[string]any {
	t.Helper()
	data, err := json.Marshal(mapping)
	if err != nil {
		t.Fatal(err)
	}
	var copied map[string]any
	if wrong := source.Strict(data, &copied); len(wrong) > 0 {
		t.Fatal(wrong[0])
	}
	return copied
}
