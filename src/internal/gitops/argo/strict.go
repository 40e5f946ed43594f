package argo

import (
	"encoding/json"
	"errors"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// newer has the fields that the Argo CD that runs knows and the types of v1alpha1 that
// we decode with, of a version before, do not.
type newer struct {
	Spec struct {
		SyncPolicy struct {
			Retry struct {
				Refresh bool `json:"refresh"`
			} `json:"retry"`
		} `json:"syncPolicy"`
	} `json:"spec"`
}

const refreshField = "spec.syncPolicy.retry.refresh"

// Strict decodes an Application. Fields that Argo CD does not know are errors.
func Strict(o *object.Object) (v1alpha1.Application, error) {
	var decoded v1alpha1.Application
	data, err := json.Marshal(o.Content)
	if err != nil {
		return decoded, o.Errorf(nil, "not JSON: %v", err)
	}
	var all []error
	for _, wrong := range source.Strict(data, &decoded) {
		if wrong.Field != refreshField {
			all = append(all, o.Errorf(source.ParsePath(wrong.Field), "%s", wrong.Message))
		}
	}
	var mistyped *json.UnmarshalTypeError
	if err := json.Unmarshal(data, &newer{}); errors.As(err, &mistyped) && mistyped.Field == refreshField {
		all = append(all, o.Errorf(source.ParsePath(refreshField), "a %s where %s is expected", mistyped.Value, mistyped.Type))
	}
	return decoded, errors.Join(all...)
}
