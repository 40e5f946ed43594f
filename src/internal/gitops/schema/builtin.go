package schema

import (
	_ "embed" // kubernetes.json
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"k8s.io/kube-openapi/pkg/validation/spec"
)

// KubernetesVersion is the version that the clusters run.
const KubernetesVersion = "v1.35.0"

// kubernetes holds Kinds by "group/version/kind" and their definitions.
//
//go:embed kubernetes.json
var kubernetes []byte

// Kind is a built-in kind.
type Kind struct {
	Definition string `json:"definition"`
	Namespaced bool   `json:"namespaced"`
}

// builtin are the kinds that Kubernetes itself serves.
type builtin struct {
	Kinds       map[string]Kind            `json:"kinds"`
	Definitions map[string]json.RawMessage `json:"definitions"`

	mu      sync.Mutex
	schemas map[string]*spec.Schema
}

var loadBuiltin = sync.OnceValue(func() *builtin {
	b := &builtin{schemas: map[string]*spec.Schema{}}
	if err := json.Unmarshal(kubernetes, b); err != nil {
		panic(fmt.Sprintf("kubernetes.json: %v", err)) // it is compiled in
	}
	return b
})

// schema returns the schema of a definition with all references written out.
func (b *builtin) schema(definition string) *spec.Schema {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.expanded(definition)
}

func (b *builtin) expanded(definition string) *spec.Schema {
	if known, ok := b.schemas[definition]; ok {
		return known
	}
	// A definition within itself, as a schema has, is anything.
	b.schemas[definition] = &spec.Schema{}
	var s spec.Schema
	if err := json.Unmarshal(b.Definitions[definition], &s); err != nil {
		panic(fmt.Sprintf("kubernetes.json: %s: %v", definition, err))
	}
	switch definition {
	case "io.k8s.apimachinery.pkg.api.resource.Quantity":
		s = spec.Schema{VendorExtensible: spec.VendorExtensible{Extensions: spec.Extensions{quantity: true}}}
	case "io.k8s.apimachinery.pkg.util.intstr.IntOrString":
		s = spec.Schema{VendorExtensible: spec.VendorExtensible{Extensions: spec.Extensions{intOrString: true}}}
	}
	b.expand(&s)
	b.schemas[definition] = &s
	return &s
}

// expand replaces references, in place.
func (b *builtin) expand(s *spec.Schema) {
	if ref := s.Ref.String(); ref != "" {
		*s = *b.expanded(strings.TrimPrefix(ref, "#/definitions/"))
		return
	}
	for name, property := range s.Properties {
		b.expand(&property)
		s.Properties[name] = property
	}
	if s.Items != nil && s.Items.Schema != nil {
		b.expand(s.Items.Schema)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		b.expand(s.AdditionalProperties.Schema)
	}
}
