package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/kube-openapi/pkg/validation/spec"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// crdGroup is the API group of CustomResourceDefinitions.
const crdGroup = "apiextensions.k8s.io"

// custom is a kind in one version of a CustomResourceDefinition.
type custom struct {
	namespaced bool
	served     bool
	schema     func() (*spec.Schema, error)
}

// Definitions remembers the CustomResourceDefinitions that were read, so that those that
// several clusters have are read once. It may be used by several goroutines.
type Definitions struct {
	mu    sync.Mutex
	known map[string][]definition // by name
}

type definition struct {
	content map[string]any
	kinds   func() (map[string]*custom, error)
}

// read returns the kinds of a CustomResourceDefinition, by "group/version/kind".
func (d *Definitions) read(o *object.Object) (map[string]*custom, error) {
	kinds, err := d.definition(o).kinds()
	if err != nil {
		return readCustom(o) // says where in this one
	}
	return kinds, nil
}

func (d *Definitions) definition(o *object.Object) definition {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, known := range d.known[o.Name] {
		if reflect.DeepEqual(known.content, o.Content) { // at once where they share their parts
			return known
		}
	}
	if d.known == nil {
		d.known = map[string][]definition{}
	}
	own := o.Clone()
	added := definition{own.Content, sync.OnceValues(func() (map[string]*custom, error) { return readCustom(own) })}
	d.known[o.Name] = append(d.known[o.Name], added)
	return added
}

// readCustom reads a CustomResourceDefinition.
func readCustom(o *object.Object) (map[string]*custom, error) {
	data, err := json.Marshal(o.Content)
	if err != nil {
		return nil, o.Errorf(nil, "not JSON: %v", err)
	}
	var crd apiextensions.CustomResourceDefinition
	var all []error
	for _, wrong := range source.Strict(data, &crd) {
		all = append(all, o.Errorf(source.ParsePath(wrong.Field), "%s", wrong.Message))
	}
	if len(all) > 0 {
		return nil, errors.Join(all...)
	}
	if want := crd.Spec.Names.Plural + "." + crd.Spec.Group; o.Name != want {
		return nil, o.Errorf(source.ParsePath("metadata.name"), "%q must be %q, its plural and group", o.Name, want)
	}
	kinds := map[string]*custom{}
	for i, version := range crd.Spec.Versions {
		at := source.ParsePath("spec.versions").Index(i).Key("schema").Key("openAPIV3Schema")
		if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
			all = append(all, o.Errorf(at, "missing"))
			continue
		}
		kinds[key(crd.Spec.Group, version.Name, crd.Spec.Names.Kind)] = &custom{
			namespaced: crd.Spec.Scope == apiextensions.NamespaceScoped,
			served:     version.Served,
			schema:     sync.OnceValues(func() (*spec.Schema, error) { return convert(version.Schema.OpenAPIV3Schema) }),
		}
	}
	return kinds, errors.Join(all...)
}

// convert turns a schema of a CustomResourceDefinition into one of the validator's.
func convert(props *apiextensions.JSONSchemaProps) (*spec.Schema, error) {
	data, err := json.Marshal(props)
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	var s spec.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	return &s, nil
}

func key(group, version, kind string) string { return group + "/" + version + "/" + kind }
