package origin

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// generator is an entry of configMapGenerator or secretGenerator.
type generator struct {
	kind, namespace, name string
	field                 string // its path in the kustomization
	sources               types.KvPairSources
	at                    source.Position
	hashed                bool
}

func generators(d *kustomization.Directory) []generator {
	var all []generator
	add := func(kind, field string, args types.GeneratorArgs) {
		at, _ := d.Document.Nearest(source.ParsePath(field))
		all = append(all, generator{
			kind: kind, namespace: args.Namespace, name: args.Name,
			field: field, sources: args.KvPairSources, at: at, hashed: hashes(d, args),
		})
	}
	for i, g := range d.Spec.ConfigMapGenerator {
		add("ConfigMap", fmt.Sprintf("configMapGenerator[%d]", i), g.GeneratorArgs)
	}
	for i, g := range d.Spec.SecretGenerator {
		add("Secret", fmt.Sprintf("secretGenerator[%d]", i), g.GeneratorArgs)
	}
	return all
}

// hashes says whether a generator ends its object's name with a hash of the content.
func hashes(d *kustomization.Directory, args types.GeneratorArgs) bool {
	for _, options := range []*types.GeneratorOptions{d.Spec.GeneratorOptions, args.Options} {
		if options != nil && options.DisableNameSuffixHash {
			return false
		}
	}
	return true
}

// generated finds the literal, the file or the line of an environment file that a key of
// a generated object comes from.
func (t target) generated(d *kustomization.Directory) (source.Position, bool) {
	if len(t.field) != 2 || t.field[0].Key != "data" && t.field[0].Key != "stringData" && t.field[0].Key != "binaryData" {
		return source.Position{}, false
	}
	for _, g := range generators(d) {
		if g.kind != t.Kind || g.name != t.Name {
			continue
		}
		if at, found := t.key(d, g); found {
			return at, true
		}
	}
	return source.Position{}, false
}

func (t target) key(d *kustomization.Directory, g generator) (source.Position, bool) {
	key := t.last()
	for i, literal := range g.sources.LiteralSources {
		if name, _, _ := strings.Cut(literal, "="); name == key {
			return at(d, source.ParsePath(fmt.Sprintf("%s.literals[%d]", g.field, i)))
		}
	}
	for i, name := range g.sources.FileSources {
		own, _, named := strings.Cut(name, "=")
		if named && own == key || !named && path.Base(name) == key {
			return at(d, source.ParsePath(fmt.Sprintf("%s.files[%d]", g.field, i)))
		}
	}
	for _, name := range slices.Backward(g.sources.EnvSources) {
		file := path.Join(d.Path, name)
		content, err := t.reader.Tree().Read(file)
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(content), "\n") {
			if name, _, found := strings.Cut(strings.TrimSpace(line), "="); found && name == key {
				return source.Position{File: file, Line: i + 1}, true
			}
		}
	}
	return source.Position{}, false
}
