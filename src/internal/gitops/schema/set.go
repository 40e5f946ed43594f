package schema

import (
	"encoding/json"
	"errors"
	"maps"
	"sync"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	"k8s.io/kube-openapi/pkg/validation/spec"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

const argoApplication = "argoproj.io/v1alpha1/Application"

// argoTypes are the kinds of Argo CD, which its own install brings.
var argoTypes = map[string]func() any{
	argoApplication:                       func() any { return &v1alpha1.Application{} },
	"argoproj.io/v1alpha1/ApplicationSet": func() any { return &v1alpha1.ApplicationSet{} },
	"argoproj.io/v1alpha1/AppProject":     func() any { return &v1alpha1.AppProject{} },
}

// Set is the kinds of one cluster. It may be used by several goroutines.
type Set struct {
	builtin     *builtin
	definitions *Definitions
	custom      map[string]*custom
}

// New returns the built-in kinds and those of the CustomResourceDefinitions among some
// objects. What is wrong with a definition is told when it is checked.
func New(objects []*object.Object) *Set { return new(Definitions).Set(objects) }

// Set is New with definitions that may have been read already.
func (d *Definitions) Set(objects []*object.Object) *Set {
	s := &Set{builtin: loadBuiltin(), definitions: d, custom: map[string]*custom{}}
	read := make([]map[string]*custom, len(objects))
	var group sync.WaitGroup
	for i, o := range objects {
		if o.Is(crdGroup, "CustomResourceDefinition") {
			group.Go(func() {
				if kinds, err := d.read(o); err == nil {
					read[i] = kinds
				}
			})
		}
	}
	group.Wait()
	for _, kinds := range read {
		maps.Copy(s.custom, kinds)
	}
	return s
}

// Namespaced says whether a kind lives in namespaces, and whether it is known at all.
func (s *Set) Namespaced(id object.ID) (namespaced, known bool) {
	name := key(id.Group, id.Version, id.Kind)
	if kind, ok := s.builtin.Kinds[name]; ok {
		return kind.Namespaced, true
	}
	if kind, ok := s.custom[name]; ok {
		return kind.namespaced, true
	}
	_, ok := argoTypes[name]
	return true, ok
}

// Check holds an object to its kind. Its errors are source.Errors, joined.
func (s *Set) Check(o *object.Object) error {
	name := key(o.Group, o.Version, o.Kind)
	if o.Kind == "" || o.Version == "" {
		return o.Errorf(nil, "an object without apiVersion or kind")
	}
	meta := checkMeta(o)
	if o.Is(crdGroup, "CustomResourceDefinition") && o.Version == "v1" {
		_, err := s.definitions.read(o)
		return errors.Join(meta, err)
	}
	if name == argoApplication {
		_, err := argo.Strict(o)
		return errors.Join(meta, err)
	}
	if empty, ok := argoTypes[name]; ok {
		return errors.Join(meta, strictly(o, empty()))
	}
	if kind, ok := s.builtin.Kinds[name]; ok {
		return errors.Join(meta, s.against(o, s.builtin.schema(kind.Definition), false))
	}
	kind, ok := s.custom[name]
	if !ok || !kind.served {
		return o.Errorf(source.ParsePath("kind"), "unknown kind: %s %s is neither built into Kubernetes %s nor defined by the cluster's objects", o.APIVersion(), o.Kind, KubernetesVersion)
	}
	schema, err := kind.schema()
	if err != nil {
		return o.Errorf(nil, "the definition of %s: %v", o.Kind, err)
	}
	return errors.Join(meta, s.against(o, schema, true))
}

// strictly decodes an object into a Go type.
func strictly(o *object.Object, target any) error {
	data, err := json.Marshal(o.Content)
	if err != nil {
		return o.Errorf(nil, "not JSON: %v", err)
	}
	var all []error
	for _, wrong := range source.Strict(data, target) {
		all = append(all, o.Errorf(source.ParsePath(wrong.Field), "%s", wrong.Message))
	}
	return errors.Join(all...)
}

func (s *Set) against(o *object.Object, schema *spec.Schema, isCustom bool) error {
	w := walker{object: o, custom: isCustom, metadata: s.builtin.schema(objectMeta)}
	w.visit(o.Content, schema, nil)
	var content any = o.Content
	if !isCustom {
		content = withoutNulls(o.Content)
	}
	return errors.Join(append(w.wrong, valid(o, content, schema)...)...)
}
