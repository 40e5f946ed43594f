package render

import (
	"fmt"
	"path"
	"slices"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
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

// Edit changes a kustomization before it is built.
type Edit func(*types.Kustomization) error

// Kustomize builds the kustomization of a directory like "kustomize build". The
// objects keep their origins, and show none of it. Its errors are source.Errors.
func Kustomize(reader *source.Reader, dir string, options kustomization.Options, edit Edit) ([]*object.Object, *kustomization.Directory, error) {
	top, err := kustomization.Load(reader, dir, options)
	if err != nil {
		return nil, top, err
	}
	spec := top.Spec
	if edit != nil {
		if err := edit(&spec); err != nil {
			return nil, top, source.Errorf(source.Position{File: top.File}, "%v", err)
		}
	}
	shown := slices.Contains(spec.BuildMetadata, types.OriginAnnotations)
	if !shown {
		spec.BuildMetadata = append(slices.Clip(spec.BuildMetadata), types.OriginAnnotations)
	}
	text, err := yaml.Marshal(spec)
	if err != nil {
		return nil, top, source.Errorf(source.Position{File: top.File}, "writing the kustomization: %v", err)
	}
	built, err := run(reader, dir, options, map[string][]byte{top.File: text})
	if err != nil {
		return nil, top, explain(reader.Tree(), top, err)
	}
	objects := make([]*object.Object, 0, built.Size())
	for _, r := range built.Resources() {
		o, err := convert(reader, top, r, shown)
		if err != nil {
			return nil, top, source.Errorf(source.Position{File: top.File}, "reading %s: %v", r.CurId(), err)
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

// convert takes an object from kustomize, and its origin annotation from the object.
func convert(reader *source.Reader, top *kustomization.Directory, r *resource.Resource, shown bool) (*object.Object, error) {
	from, err := r.GetOrigin()
	if err != nil {
		return nil, err
	}
	if !shown {
		if err := r.SetOrigin(nil); err != nil {
			return nil, err
		}
	}
	data, err := r.MarshalJSON()
	if err != nil {
		return nil, err
	}
	file, generated := top.File, true
	if from != nil && from.ConfiguredIn != "" {
		file = path.Join(top.Path, from.ConfiguredIn)
	} else if from != nil && from.Path != "" {
		file, generated = path.Join(top.Path, from.Path), false
	}
	return fromJSON(data, origin.Find(top, reader, file, r.GetKind(), r.GetName(), generated))
}

// fromJSON returns an object with its YAML as kustomize prints it.
func fromJSON(data []byte, from *origin.Origin) (*object.Object, error) {
	var content map[string]any
	if wrong := source.Strict(data, &content); len(wrong) > 0 {
		return nil, wrong[0]
	}
	text, err := yaml.JSONToYAML(data)
	if err != nil {
		return nil, err
	}
	return object.New(content, text, from), nil
}
