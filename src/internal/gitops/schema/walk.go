package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	kerrors "k8s.io/kube-openapi/pkg/validation/errors"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Extensions of a schema.
const (
	intOrString = "x-kubernetes-int-or-string"
	anyField    = "x-kubernetes-preserve-unknown-fields"
	embedded    = "x-kubernetes-embedded-resource"
	quantity    = "x-quantity" // ours
)

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

// walker finds what a validator of JSON Schema lets pass and an API server does not:
// unknown fields, and what is no quantity.
type walker struct {
	object   *object.Object
	custom   bool // by the rules of custom kinds, whose schemas are complete
	metadata *spec.Schema
	wrong    []error
}

func (w *walker) add(at source.Path, format string, args ...any) {
	w.wrong = append(w.wrong, w.object.Errorf(at, format, args...))
}

func (w *walker) visit(value any, s *spec.Schema, at source.Path) {
	switch {
	case value == nil:
		return
	case is(s, quantity):
		w.quantity(value, at)
		return
	case is(s, intOrString):
		w.intOrString(value, at)
		return
	}
	switch value := value.(type) {
	case map[string]any:
		w.fields(value, s, at)
	case []any:
		if s.Items == nil || s.Items.Schema == nil {
			return
		}
		for i, item := range value {
			w.visit(item, s.Items.Schema, at.Index(i))
		}
	}
}

func (w *walker) fields(value map[string]any, s *spec.Schema, at source.Path) {
	var property spec.Schema // is large: one does for all fields
	for _, name := range slices.Sorted(maps.Keys(value)) {
		inner := value[name]
		var known bool
		if property, known = s.Properties[name]; known && (name != "metadata" || !w.isObject(s, at)) {
			w.visit(inner, &property, at.Key(name))
			continue
		}
		switch {
		case w.isObject(s, at) && name == "metadata":
			w.visit(inner, w.metadata, at.Key(name))
		case w.isObject(s, at) && (name == "apiVersion" || name == "kind"):
		case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
			w.visit(inner, s.AdditionalProperties.Schema, at.Key(name))
		case s.AdditionalProperties != nil && s.AdditionalProperties.Allows, is(s, anyField):
		case !w.custom && len(s.Properties) == 0:
		default:
			w.add(at.Key(name), "unknown field%s", near(name, s))
		}
	}
}

// isObject says whether a schema is that of a whole object of a custom kind.
func (w *walker) isObject(s *spec.Schema, at source.Path) bool {
	return w.custom && (len(at) == 0 || is(s, embedded))
}

func (w *walker) quantity(value any, at source.Path) {
	switch value := value.(type) {
	case int64, float64:
	case string:
		if _, err := resource.ParseQuantity(value); err != nil {
			w.add(at, "%q is no quantity, such as 250m or 64Mi", value)
		}
	default:
		w.add(at, "must be a quantity, such as 250m or 64Mi")
	}
}

func (w *walker) intOrString(value any, at source.Path) {
	switch value.(type) {
	case int64, string:
	default:
		w.add(at, "must be a whole number or a text")
	}
}

func is(s *spec.Schema, extension string) bool {
	set, _ := s.Extensions[extension].(bool)
	return set
}

// near names a field that differs from an unknown one in case only, or by one letter.
func near(name string, s *spec.Schema) string {
	for _, known := range slices.Sorted(maps.Keys(s.Properties)) {
		if strings.EqualFold(known, name) || oneEdit(known, name) {
			return fmt.Sprintf(": did you mean %s?", known)
		}
	}
	return ""
}

// oneEdit says whether two words differ by one letter that is added, left out or
// another.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 3 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return a[i:] == b[i+1:] || len(a) == len(b) && a[i+1:] == b[i+1:]
}

// valid holds a value to a schema's types, required fields, patterns and bounds.
func valid(o *object.Object, content any, s *spec.Schema) []error {
	result := validate.NewSchemaValidator(s, nil, "", strfmt.Default).Validate(content)
	var all []error
	for _, err := range result.Errors {
		var wrong *kerrors.Validation
		if !errors.As(err, &wrong) {
			all = append(all, o.Errorf(nil, "%v", err))
			continue
		}
		message := strings.TrimPrefix(strings.Replace(wrong.Error(), " in body", "", 1), wrong.Name+" ")
		all = append(all, o.Errorf(source.ParsePath(wrong.Name), "%s", message))
	}
	return all
}

// withoutNulls returns a value without the fields that are null, which to a built-in kind
// is the same as not there.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := make(map[string]any, len(value))
		for key, inner := range value {
			if inner != nil {
				kept[key] = withoutNulls(inner)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(value))
		for i, inner := range value {
			kept[i] = withoutNulls(inner)
		}
		return kept
	default:
		return value
	}
}
