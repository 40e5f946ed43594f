package argo

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Group is the API group of Argo CD's objects.
const Group = "argoproj.io"

// WaveAnnotation is the annotation that orders what is synchronised.
const WaveAnnotation = "argocd.argoproj.io/sync-wave"

// Application is an Application with its object.
type Application struct {
	Name string
	// Wave orders it among its siblings.
	Wave int
	// Namespace is where objects go that state none.
	Namespace string
	Sources   []Source
	Spec      v1alpha1.ApplicationSpec
	// Object is the Application as its parent renders it.
	Object *object.Object
}

// Source is one source of an Application.
type Source struct {
	v1alpha1.ApplicationSource
	// Field is the source's path in the Application.
	Field source.Path
}

// Decode reads an Application strictly. Its errors are source.Errors, joined.
func Decode(o *object.Object) (*Application, error) {
	decoded, err := Strict(o)
	if err != nil {
		return nil, err
	}
	a := &Application{Name: o.Name, Spec: decoded.Spec, Namespace: decoded.Spec.Destination.Namespace, Object: o}
	return a, errors.Join(a.wave(), a.complete(), a.sources())
}

func (a *Application) wave() error {
	text := a.Object.Text("metadata", "annotations", WaveAnnotation)
	if text == "" {
		return nil
	}
	wave, err := strconv.Atoi(text)
	if err != nil {
		return a.Object.Errorf(source.ParsePath("metadata.annotations").Key(WaveAnnotation), "%q is no number", text)
	}
	a.Wave = wave
	return nil
}

// complete checks what Argo CD demands of an Application.
func (a *Application) complete() error {
	var all []error
	spec := source.ParsePath("spec")
	if a.Spec.Project == "" {
		all = append(all, a.Object.Errorf(spec.Key("project"), "missing: every Application belongs to a project"))
	}
	destination := a.Spec.Destination
	if (destination.Server == "") == (destination.Name == "") {
		all = append(all, a.Object.Errorf(spec.Key("destination"), "needs a server or a name, and not both"))
	}
	if a.Spec.SourceHydrator != nil {
		all = append(all, a.Object.Errorf(spec.Key("sourceHydrator"), "not supported"))
	}
	return errors.Join(all...)
}

func (a *Application) sources() error {
	spec := source.ParsePath("spec")
	switch {
	case a.Spec.Source != nil && len(a.Spec.Sources) > 0:
		return a.Object.Errorf(spec.Key("sources"), "source or sources, not both")
	case a.Spec.Source != nil:
		a.Sources = []Source{{*a.Spec.Source, spec.Key("source")}}
	case len(a.Spec.Sources) == 0:
		return a.Object.Errorf(spec.Key("source"), "missing: an Application without a source renders nothing")
	}
	for i, s := range a.Spec.Sources {
		a.Sources = append(a.Sources, Source{s, spec.Key("sources").Index(i)})
	}
	var all []error
	for _, s := range a.Sources {
		all = append(all, a.supported(s))
	}
	return errors.Join(all...)
}

// supported refuses a source that is rendered by something other than kustomize or
// plain YAML.
func (a *Application) supported(s Source) error {
	refuse := func(key, why string) error { return a.Object.Errorf(s.Field.Key(key), "%s", why) }
	switch {
	case s.RepoURL == "":
		return refuse("repoURL", "missing")
	case s.Chart != "":
		return refuse("chart", "Helm charts are not supported: render the chart into a base")
	case s.Helm != nil && !s.Helm.IsZero():
		return refuse("helm", "Helm is not supported: render the chart into a base")
	case s.Plugin != nil:
		return refuse("plugin", "plugins are not supported")
	case s.Directory != nil && !s.Directory.Jsonnet.IsZero():
		return refuse("directory", "Jsonnet is not supported")
	case s.Kustomize != nil && s.Directory != nil:
		return refuse("directory", "kustomize or directory, not both")
	case s.Ref != "":
		return refuse("ref", "serves values to Helm, which is not supported")
	case s.Path == "":
		return refuse("path", "missing")
	}
	return a.supportedOptions(s)
}

// Position is where the Application states its n-th source.
func (a *Application) Position(s Source) source.Position { return a.Object.Position(s.Field) }

// String is the Application's name.
func (a *Application) String() string { return fmt.Sprintf("Application %s", a.Name) }
