package schema

import (
	"errors"
	"strings"

	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// checkMeta holds names, labels and annotations to what every API server demands.
func checkMeta(o *object.Object) error {
	var wrong field.ErrorList
	at := field.NewPath("metadata")
	if o.Name == "" {
		wrong = append(wrong, field.Required(at.Child("name"), "every object in the tree has a name"))
	}
	for _, message := range validName(o) {
		wrong = append(wrong, field.Invalid(at.Child("name"), o.Name, message))
	}
	if o.Namespace != "" {
		for _, message := range validation.ValidateNamespaceName(o.Namespace, false) {
			wrong = append(wrong, field.Invalid(at.Child("namespace"), o.Namespace, message))
		}
	}
	wrong = append(wrong, validation.ValidateAnnotations(texts(o, "annotations"), at.Child("annotations"))...)
	all := checkLabels(o)
	for _, w := range wrong {
		all = append(all, o.Errorf(source.ParsePath(w.Field), "%s", strings.TrimPrefix(w.ErrorBody(), "Invalid value: ")))
	}
	return errors.Join(all...)
}

// checkLabels looks at one label at a time, to tell each where it is.
func checkLabels(o *object.Object) []error {
	var all []error
	for key, value := range texts(o, "labels") {
		for _, w := range metav1.ValidateLabels(map[string]string{key: value}, nil) {
			all = append(all, o.Errorf(source.ParsePath("metadata.labels").Key(key), "%s", strings.TrimPrefix(w.ErrorBody(), "Invalid value: ")))
		}
	}
	return all
}

func validName(o *object.Object) []string {
	switch {
	case o.Name == "":
		return nil
	case o.Is("", "Namespace"):
		return validation.ValidateNamespaceName(o.Name, false)
	case o.Is("", "Service"):
		return validation.NameIsDNS1035Label(o.Name, false)
	case o.Group == "rbac.authorization.k8s.io":
		return nil // these may hold colons
	default:
		return validation.NameIsDNSSubdomain(o.Name, false)
	}
}

// texts returns the texts of a mapping in the metadata. What is no text is told by the
// schema.
func texts(o *object.Object, name string) map[string]string {
	all := map[string]string{}
	for key, value := range o.Map("metadata", name) {
		if text, ok := value.(string); ok {
			all[key] = text
		}
	}
	return all
}
