package validate

import (
	"context"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/schema"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Rules of this package.
const (
	RuleSchema    = "schema"
	RuleNamespace = "namespace"
	RuleOwner     = "one-owner"
	RuleReference = "reference"
	RuleUnused    = "unused-kustomization"
)

// Cluster renders a cluster and adds to its findings what is wrong with its objects.
func Cluster(ctx context.Context, reader *source.Reader, name string, options render.Options) (*render.Cluster, error) {
	c, err := render.Render(ctx, reader, name, options)
	if err != nil {
		return nil, err
	}
	v := newValidator(reader, c)
	v.settle()
	v.schemas()
	v.owners()
	v.namespaces()
	v.references()
	c.Findings = report.Sort(c.Findings)
	return c, nil
}

type validator struct {
	cluster *render.Cluster
	kinds   *schema.Set
}

func newValidator(reader *source.Reader, c *render.Cluster) *validator {
	definitions := reader.Once("definitions", func() any { return &schema.Definitions{} }).(*schema.Definitions)
	var all []*object.Object
	c.Objects(func(_ *render.Application, o *object.Object) { all = append(all, o) })
	return &validator{cluster: c, kinds: definitions.Set(all)}
}

// add records what is wrong with an object.
func (v *validator) add(rule string, a *render.Application, o *object.Object, err error) {
	f := report.Finding{Rule: rule, Cluster: v.cluster.Name, Application: a.Name, Object: o.String(), Position: o.Origin.Position}
	v.cluster.Findings = append(v.cluster.Findings, report.FromError(f, err)...)
}

// settle puts objects where Argo CD puts them: those that state no namespace into the
// Application's destination, those of a kind without namespaces into none, which
// kustomize does not know of custom kinds.
func (v *validator) settle() {
	at := source.ParsePath("metadata.namespace")
	v.cluster.Objects(func(a *render.Application, o *object.Object) {
		namespaced, known := v.kinds.Namespaced(o.ID)
		var err error
		switch {
		case !known: // told by the schemas
		case namespaced && o.Namespace == "" && a.Namespace == "":
			err = o.Errorf(at, "missing, and the Application %s has no namespace as its destination", a.Name)
		case namespaced && o.Namespace == "":
			err = o.Move(a.Namespace)
		case !namespaced && o.Namespace != "":
			err = o.Move("")
		}
		v.add(RuleNamespace, a, o, err)
	})
}

func (v *validator) schemas() {
	v.cluster.Objects(func(a *render.Application, o *object.Object) { v.add(RuleSchema, a, o, v.kinds.Check(o)) })
}

// owners finds objects that two Applications render, or one twice.
func (v *validator) owners() {
	type owner struct {
		application *render.Application
		object      *object.Object
	}
	seen := map[object.ID]owner{}
	v.cluster.Objects(func(a *render.Application, o *object.Object) {
		id := o.ID
		id.Version = ""
		first, twice := seen[id]
		if !twice {
			seen[id] = owner{a, o}
			return
		}
		if first.application == a {
			v.add(RuleOwner, a, o, o.Errorf(nil, "the Application %s renders %s twice, first from %s", a.Name, o, first.object.Origin.Position))
			return
		}
		v.add(RuleOwner, a, o, o.Errorf(nil, "%s belongs to two Applications, %s and %s (from %s)", o, a.Name, first.application.Name, first.object.Origin.Position))
	})
}
