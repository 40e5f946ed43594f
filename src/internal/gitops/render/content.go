package render

import (
	"math"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// contentOf returns an object as JSON has it. Going through JSON itself, as kustomize
// does, costs several times as much; what JSON would change is left to it.
func contentOf(r *resource.Resource) (map[string]any, error) {
	var content map[string]any
	if err := r.YNode().Decode(&content); err == nil && plain(content) {
		return content, nil
	}
	data, err := r.MarshalJSON()
	if err != nil {
		return nil, err
	}
	content = nil
	if wrong := source.Strict(data, &content); len(wrong) > 0 {
		return nil, wrong[0]
	}
	return content, nil
}

// plain makes all whole numbers int64, in place, and says whether there is nothing else
// that JSON has not.
func plain(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if whole, ok := number(inner); ok {
				value[key] = whole
			} else if !plain(inner) {
				return false
			}
		}
		return true
	case []any:
		for i, inner := range value {
			if whole, ok := number(inner); ok {
				value[i] = whole
			} else if !plain(inner) {
				return false
			}
		}
		return true
	case nil, string, bool:
		return true
	case float64:
		return value != math.Trunc(value) // JSON writes a whole one as an integer
	default:
		return false
	}
}

func number(value any) (int64, bool) {
	whole, ok := value.(int)
	return int64(whole), ok
}
