package render

import (
	"fmt"
	"maps"
	"path"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// warm makes kustomize read its schema, which it keeps for the whole process and would
// not read safely from several goroutines.
var warm = sync.OnceFunc(func() {
	openapi.SchemaForResourceType(kyaml.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"})
})

// build is what a kustomization came to.
type build struct {
	objects []*object.Object
	top     *kustomization.Directory
	err     error
	index   *origin.Index
}

// Kustomize builds the kustomization of a directory like "kustomize build", and finds
// where each object is from. Its errors are source.Errors. What several clusters use is
// built once; all but the metadata of the objects is shared and must not be changed.
func Kustomize(reader *source.Reader, dir string, options kustomization.Options) ([]*object.Object, *kustomization.Directory, error) {
	if options.Edit != nil {
		b := kustomize(reader, dir, options)
		return b.objects, b.top, b.err
	}
	key := fmt.Sprintf("kustomize %t %s", options.AnyFile, dir)
	b := reader.Once(key, func() any { return kustomize(reader, dir, options) }).(*build)
	objects := make([]*object.Object, len(b.objects))
	for i, o := range b.objects {
		objects[i] = o.Clone()
	}
	return objects, b.top, b.err
}

func kustomize(reader *source.Reader, dir string, options kustomization.Options) *build {
	top, err := kustomization.Load(reader, dir, options)
	b := &build{top: top, err: err}
	if err != nil {
		return b
	}
	if objects, done := b.batches(reader, options); done {
		b.objects = objects
		return b
	}
	replace := map[string][]byte{}
	if options.Edit != nil {
		if replace[top.File], err = yaml.Marshal(top.Spec); err != nil {
			b.err = source.Errorf(source.Position{File: top.File}, "writing the kustomization: %v", err)
			return b
		}
	}
	if a := setAside(reader, top); len(a.files) > 0 {
		short := maps.Clone(a.files)
		maps.Copy(short, replace)
		if b.objects, err = b.run(reader, options, short); err == nil && a.restore(b.objects) {
			return b
		}
	}
	b.objects, b.err = b.run(reader, options, replace)
	return b
}

// origins is the index of the kustomization, which is made once.
func (b *build) origins(reader *source.Reader) *origin.Index {
	if b.index == nil {
		b.index = origin.NewIndex(b.top, reader)
	}
	return b.index
}

// run builds with some files replaced.
func (b *build) run(reader *source.Reader, options kustomization.Options, replace map[string][]byte) ([]*object.Object, error) {
	built, err := run(reader, b.top.Path, options, replace)
	if err != nil {
		return nil, explain(reader.Tree(), b.top, err)
	}
	index := b.origins(reader)
	var objects []*object.Object
	for _, r := range built.Resources() {
		from := index.Find(r.GetKind(), r.GetNamespace(), r.GetName())
		content, err := contentOf(r)
		if err != nil {
			return nil, source.Errorf(from.Position, "%v", err)
		}
		objects = append(objects, object.New(content, from))
	}
	return objects, nil
}

// run is kustomize itself. It panics on some input, which becomes an error.
func run(reader *source.Reader, dir string, options kustomization.Options, replace map[string][]byte) (built resmap.ResMap, err error) {
	warm()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("kustomize cannot cope with it: %v", p)
		}
	}()
	o := krusty.MakeDefaultOptions()
	o.Reorder = krusty.ReorderOptionUnspecified
	if options.AnyFile {
		o.LoadRestrictions = types.LoadRestrictionsNone
	}
	return krusty.MakeKustomizer(o).Run(reader.Tree().Kustomize(replace), path.Join("/", dir))
}

// fromJSON returns an object.
func fromJSON(data []byte, from *origin.Origin) (*object.Object, error) {
	var content map[string]any
	if wrong := source.Strict(data, &content); len(wrong) > 0 {
		return nil, wrong[0]
	}
	return object.New(content, from), nil
}
