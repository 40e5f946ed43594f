package render

import (
	"fmt"
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

// Kustomize builds the kustomization of a directory like "kustomize build", and finds
// where each object is from. Its errors are source.Errors.
func Kustomize(reader *source.Reader, dir string, options kustomization.Options) ([]*object.Object, *kustomization.Directory, error) {
	top, err := kustomization.Load(reader, dir, options)
	if err != nil {
		return nil, top, err
	}
	var replace map[string][]byte
	if options.Edit != nil {
		text, err := yaml.Marshal(top.Spec)
		if err != nil {
			return nil, top, source.Errorf(source.Position{File: top.File}, "writing the kustomization: %v", err)
		}
		replace = map[string][]byte{top.File: text}
	}
	built, err := run(reader, dir, options, replace)
	if err != nil {
		return nil, top, explain(reader.Tree(), top, err)
	}
	index := origin.NewIndex(top, reader)
	objects := make([]*object.Object, 0, built.Size())
	for _, r := range built.Resources() {
		data, err := r.MarshalJSON()
		if err != nil {
			return nil, top, source.Errorf(source.Position{File: top.File}, "reading %s: %v", r.CurId(), err)
		}
		from := index.Find(r.GetKind(), r.GetNamespace(), r.GetName())
		o, err := fromJSON(data, from)
		if err != nil {
			return nil, top, source.Errorf(from.Position, "%v", err)
		}
		objects = append(objects, o)
	}
	return objects, top, nil
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
