package kustomization

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// wellFormed tells what kustomize would refuse of a patch without its line, and what it
// would pass over: operations of a JSON patch that do nothing.
func (p Patch) wellFormed(text []byte) error {
	if strings.HasPrefix(string(text), "[") && !json.Valid(text) {
		return source.Errorf(p.Documents[0].Start(), "a patch that begins with [ is JSON, and this is not")
	}
	var all []error
	for _, document := range p.Documents {
		switch document.Root.Kind {
		case yaml.MappingNode:
			all = append(all, merges(document))
		case yaml.SequenceNode:
			all = append(all, p.operates(document))
		default:
			all = append(all, source.Errorf(document.Start(), "neither an object nor a list of operations"))
		}
	}
	return errors.Join(all...)
}

// merges holds a strategic merge patch to what kustomize needs to know one by.
func merges(document source.Document) error {
	kind := document.String("kind")
	if kind == "" || document.String("metadata", "name") == "" && !strings.HasSuffix(kind, "List") {
		return source.Errorf(document.Start(), "a patch needs kind and metadata.name, also where its target says which objects it is for")
	}
	return nil
}

// operates holds a JSON patch to RFC 6902.
func (p Patch) operates(document source.Document) error {
	operations := source.Items(document.Root)
	switch {
	case p.Target == nil:
		return source.Errorf(p.Position, "a list of operations without a target")
	case len(p.Documents) > 1:
		return source.Errorf(document.Start(), "a list of operations beside another document, which kustomize passes over")
	case len(operations) == 0:
		return source.Errorf(document.Start(), "no operation")
	}
	var all []error
	for _, o := range operations {
		all = append(all, operation(document, o))
	}
	return errors.Join(all...)
}

func operation(document source.Document, o *yaml.Node) error {
	refuse := func(format string, args ...any) error { return source.Errorf(document.At(o), format, args...) }
	op, path := source.Value(o, "op"), source.Value(o, "path")
	needs := ""
	switch {
	case op == nil:
		return refuse("an operation without op")
	case slices.Contains([]string{"add", "replace", "test"}, op.Value):
		needs = "value"
	case slices.Contains([]string{"move", "copy"}, op.Value):
		needs = "from"
	case op.Value != "remove":
		return refuse("no such operation: %s", op.Value)
	}
	switch {
	case path == nil:
		return refuse("%s without a path", op.Value)
	case path.Value != "" && !strings.HasPrefix(path.Value, "/"):
		return refuse("the path %s does not begin with /", path.Value)
	case needs != "" && source.Value(o, needs) == nil:
		return refuse("%s without %s", op.Value, needs)
	}
	return nil
}

// selects refuses a selector that could not be compared with any object.
func selects(s *types.Selector) error {
	_, err := types.NewSelectorRegex(s)
	all := []error{err}
	for _, words := range []string{s.LabelSelector, s.AnnotationSelector} {
		_, err := labels.Parse(words)
		all = append(all, err)
	}
	return errors.Join(all...)
}
