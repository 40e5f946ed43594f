package origin

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
)

// identified says whether a selector's kind, name and namespace are the object's, by any
// name that it had on its way.
func (t target) identified(s *types.Selector) bool {
	apiVersion := text(t.content["apiVersion"])
	group, version, found := strings.Cut(apiVersion, "/")
	if !found {
		group, version = "", apiVersion
	}
	return like(s.Group, group) && like(s.Version, version) && like(s.Kind, t.Kind) &&
		t.called(s.Name) && t.within(s.Namespace)
}

// described says whether a selector's labels and annotations are the object's.
func (t target) described(s *types.Selector) bool {
	metadata, _ := t.content["metadata"].(map[string]any)
	return selected(s.LabelSelector, metadata["labels"]) && selected(s.AnnotationSelector, metadata["annotations"])
}

// called says whether a pattern matches a name of the object: the first, the last, or
// one between.
func (t target) called(pattern string) bool {
	name := t.Name
	for _, d := range t.layers {
		if like(pattern, name) {
			return true
		}
		name = renamed(t.Kind, name, []*kustomization.Directory{d})
	}
	metadata, _ := t.content["metadata"].(map[string]any)
	return like(pattern, name) || like(pattern, text(metadata["name"]))
}

// within says whether a pattern matches the object's namespace, the first or the last.
func (t target) within(pattern string) bool {
	metadata, _ := t.content["metadata"].(map[string]any)
	return like(pattern, text(metadata["namespace"])) ||
		t.Document != nil && like(pattern, t.Document.String("metadata", "namespace"))
}

// like matches as kustomize does: the whole word, by a regular expression.
func like(pattern, word string) bool {
	if pattern == "" || pattern == word {
		return true
	}
	compiled, err := regexp.Compile("^(?:" + pattern + ")$")
	return err == nil && compiled.MatchString(word)
}

func selected(selector string, words any) bool {
	if selector == "" {
		return true
	}
	parsed, err := labels.Parse(selector)
	if err != nil {
		return false
	}
	set := labels.Set{}
	mapping, _ := words.(map[string]any)
	for key, value := range mapping {
		set[key] = text(value)
	}
	return parsed.Matches(set)
}
