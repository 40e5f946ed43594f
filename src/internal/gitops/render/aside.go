package render

import (
	"encoding/json"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// aside is what is built faster without: the schemas of CustomResourceDefinitions. They
// are most of the bytes, kustomize copies them once for each level that they nest, and
// hardly any kustomization changes them. Kustomize is shown words that stand for them.
type aside struct {
	// files without their schemas, by their paths.
	files map[string][]byte
	// schemas by their words.
	schemas map[string]any
}

// setAside takes the schemas out of the files of a kustomization. It takes none where
// something might do more with a schema than replace it.
func setAside(reader *source.Reader, top *kustomization.Directory) *aside {
	a := &aside{files: map[string][]byte{}, schemas: map[string]any{}}
	reads := false
	top.Visit(func(d *kustomization.Directory) { reads = reads || readsFields(d) })
	if reads {
		return a
	}
	top.Visit(func(d *kustomization.Directory) {
		for _, e := range d.Resources {
			if e.Directory != nil {
				continue
			}
			s := reader.Once("schemas "+e.Path, func() any { return shorten(reader, e.Path) }).(*shortened)
			if len(s.schemas) > 0 {
				a.files[e.Path] = s.text
			}
			for i, schema := range s.schemas {
				a.schemas[word(e.Path, i)] = schema
			}
		}
	})
	return a
}

// readsFields says whether a kustomization may look at fields of its objects, or take
// the files for something else, too.
func readsFields(d *kustomization.Directory) bool {
	k := d.Spec
	if len(k.Replacements)+len(k.Vars)+len(k.Configurations)+len(k.Crds)+len(k.Generators)+ //nolint:staticcheck // old kustomizations have vars
		len(k.Transformers)+len(k.ConfigMapGenerator)+len(k.SecretGenerator) > 0 {
		return true
	}
	for _, p := range d.Patches {
		for _, document := range p.Documents {
			for _, operation := range source.Items(document.Root) {
				op := source.Value(operation, "op")
				if op == nil || !slices.Contains([]string{"add", "remove", "replace"}, op.Value) {
					return true
				}
			}
		}
	}
	return false
}

// restore puts the schemas back, and says whether each was still where it belongs.
func (a *aside) restore(objects []*object.Object) bool {
	restored := map[string]bool{}
	for _, o := range objects {
		for _, version := range versions(o) {
			name, _ := version["schema"].(string)
			if schema, ok := a.schemas[name]; ok {
				version["schema"], restored[name] = schema, true
			}
		}
	}
	return len(restored) == len(a.schemas)
}

// versions of a CustomResourceDefinition, none of any other object.
func versions(o *object.Object) []map[string]any {
	if !o.Is("apiextensions.k8s.io", "CustomResourceDefinition") {
		return nil
	}
	var all []map[string]any
	for _, v := range o.List("spec", "versions") {
		if version, ok := v.(map[string]any); ok {
			all = append(all, version)
		}
	}
	return all
}

// shortened is a file of CustomResourceDefinitions without their schemas, which all
// share that build with it. Any other file has no schemas.
type shortened struct {
	text    []byte
	schemas []any
}

func shorten(reader *source.Reader, file string) *shortened {
	s := &shortened{}
	documents, err := reader.Documents(file)
	if err != nil {
		return s // told by whoever loaded it
	}
	for _, document := range documents {
		if !s.add(document) {
			return &shortened{}
		}
	}
	return s
}

// add takes in one document, unless kustomize might see something else in it.
func (s *shortened) add(document source.Document) bool {
	var content map[string]any
	if aliased(document.Root) || document.Root.Decode(&content) != nil || !plain(content) {
		return false
	}
	all := versions(object.New(content, nil))
	for _, version := range all {
		if schema, ok := version["schema"].(map[string]any); ok {
			version["schema"] = word(document.File, len(s.schemas))
			s.schemas = append(s.schemas, schema)
		}
	}
	text, err := json.Marshal(content) // is YAML, too
	s.text = append(append(s.text, "---\n"...), append(text, '\n')...)
	return err == nil && len(all) > 0
}

func aliased(node *yaml.Node) bool {
	return node.Kind == yaml.AliasNode || slices.ContainsFunc(node.Content, aliased)
}

// word stands for the i-th schema of a file.
func word(file string, i int) string { return fmt.Sprintf("schema %d of %s", i, file) }
