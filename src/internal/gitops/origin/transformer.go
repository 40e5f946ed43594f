package origin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// at is where a kustomization states a field of its own.
func at(d *kustomization.Directory, path source.Path) (source.Position, bool) {
	return d.At(path), true
}

// is says whether the field is the one that a path names.
func (t target) is(path string) bool { return t.field.String() == path }

// rendered is the value of the field, nil if it is not there.
func (t target) rendered() any {
	var value any = t.content
	for _, step := range t.field {
		value = inner(value, step)
	}
	return value
}

// inner is the value one step into another, nil if it is not there.
func inner(value any, step source.Step) any {
	switch value := value.(type) {
	case map[string]any:
		return value[step.Key]
	case []any:
		if step.Key == "" && step.Index < len(value) {
			return value[step.Index]
		}
	}
	return nil
}

// last is the key of the field, "" for an element of a list.
func (t target) last() string {
	if len(t.field) == 0 {
		return ""
	}
	return t.field[len(t.field)-1].Key
}

func (t target) image(d *kustomization.Directory) (source.Position, bool) {
	if t.last() != "image" {
		return source.Position{}, false
	}
	rendered, _, _ := strings.Cut(text(t.rendered()), "@")
	if i := strings.LastIndexByte(rendered, ':'); i > strings.LastIndexByte(rendered, '/') {
		rendered = rendered[:i]
	}
	for _, image := range d.Spec.Images {
		name := image.NewName
		if name == "" {
			name = image.Name
		}
		if name != rendered {
			continue
		}
		field := "newTag"
		switch {
		case image.NewTag != "":
		case image.Digest != "":
			field = "digest"
		default:
			field = "newName"
		}
		return d.Named("images", image.Name, field)
	}
	return source.Position{}, false
}

func (t target) replicas(d *kustomization.Directory) (source.Position, bool) {
	if !t.is("spec.replicas") {
		return source.Position{}, false
	}
	for _, replica := range d.Spec.Replicas {
		if replica.Name == t.Name {
			return d.Named("replicas", replica.Name, "count")
		}
	}
	return source.Position{}, false
}

// metadata finds what a kustomization states of names, namespaces, labels and
// annotations.
func (t target) metadata(d *kustomization.Directory) (source.Position, bool) {
	switch {
	case t.is("metadata.namespace") && d.Spec.Namespace != "":
		return at(d, source.ParsePath("namespace"))
	case t.is("metadata.name") && d.Spec.NameSuffix != "":
		return at(d, source.ParsePath("nameSuffix"))
	case t.is("metadata.name") && d.Spec.NamePrefix != "":
		return at(d, source.ParsePath("namePrefix"))
	case len(t.field) < 2:
		return source.Position{}, false
	}
	key := t.last()
	switch t.field[len(t.field)-2].Key {
	case "annotations":
		if _, found := d.Spec.CommonAnnotations[key]; found {
			return at(d, source.ParsePath("commonAnnotations").Key(key))
		}
	case "labels", "matchLabels", "selector":
		return t.label(d, key)
	}
	return source.Position{}, false
}

func (t target) label(d *kustomization.Directory, key string) (source.Position, bool) {
	if _, found := d.Spec.CommonLabels[key]; found { //nolint:staticcheck // old kustomizations have it
		return at(d, source.ParsePath("commonLabels").Key(key))
	}
	selector := t.field[len(t.field)-2].Key != "labels"
	template := slices.ContainsFunc(t.field, func(s source.Step) bool { return s.Key == "template" })
	for i, label := range slices.Backward(d.Spec.Labels) {
		if _, found := label.Pairs[key]; !found || selector && !label.IncludeSelectors {
			continue
		}
		if template && !label.IncludeTemplates && !label.IncludeSelectors {
			continue
		}
		return at(d, source.ParsePath(fmt.Sprintf("labels[%d].pairs", i)).Key(key))
	}
	return source.Position{}, false
}
