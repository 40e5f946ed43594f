package origin

import (
	"regexp"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/utils"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// replacements finds the last replacement of a kustomization that sets the field, or
// something that the field is in: the line of the path that leads there.
func (t target) replacements(d *kustomization.Directory) (source.Position, bool) {
	for _, r := range slices.Backward(d.Replacements) {
		for i, s := range slices.Backward(r.Targets) {
			if !t.chosen(s) {
				continue
			}
			field := source.ParsePath("targets").Index(i)
			if len(s.FieldPaths) == 0 && t.reached(types.DefaultReplacementFieldPath) {
				return r.At(field), true
			}
			for j, path := range slices.Backward(s.FieldPaths) {
				if t.reached(path) {
					return r.At(field.Key("fieldPaths").Index(j)), true
				}
			}
		}
	}
	return source.Position{}, false
}

// chosen says whether a replacement is for the object.
func (t target) chosen(s *types.TargetSelector) bool {
	if !t.identified(s.Select) || !t.described(s.Select) {
		return false
	}
	return !slices.ContainsFunc(s.Reject, func(r *types.Selector) bool {
		words := r.LabelSelector != "" || r.AnnotationSelector != ""
		return words && t.described(r) || !r.ResId.IsEmpty() && t.identified(r)
	})
}

// reached says whether a replacement's path leads to the field, to something around it,
// or into a text of YAML or JSON that the field is.
func (t target) reached(path string) bool {
	var value any = t.content
	for i, part := range utils.SmarterPathSplitter(path, ".") {
		if i == len(t.field) {
			_, isText := value.(string)
			return isText
		}
		value = inner(value, t.field[i])
		if !leads(part, t.field[i], value) {
			return false
		}
	}
	return true
}

// leads says whether one part of a replacement's path, as kustomize reads it, is a step
// to a value.
func leads(part string, step source.Step, value any) bool {
	switch {
	case yaml.IsIdxNumber(part):
		return step == source.ParsePath("[" + part + "]")[0]
	case yaml.IsWildcard(part):
		return step.Key == ""
	case !yaml.IsListIndex(part):
		return step.Key == part
	}
	field, pattern, err := yaml.SplitIndexNameValue(part)
	if err != nil || step.Key != "" {
		return false
	}
	if field != "" {
		mapping, _ := value.(map[string]any)
		value = mapping[field]
	}
	matched, err := regexp.MatchString(pattern, text(value))
	return err == nil && matched
}
