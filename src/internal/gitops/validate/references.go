package validate

import (
	"slices"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/reference"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// existing are the namespaces that every cluster has.
var existing = []string{"default", "kube-system", "kube-public", "kube-node-lease"}

// references finds names of objects that nothing in the cluster provides.
func (v *validator) references() {
	provided := map[reference.Target]bool{}
	for _, namespace := range existing {
		provided[reference.Target{Kind: reference.ServiceAccount, Namespace: namespace, Name: "default"}] = true
		provided[reference.Target{Kind: reference.ConfigMap, Namespace: namespace, Name: "kube-root-ca.crt"}] = true
	}
	v.cluster.Objects(func(_ *render.Application, o *object.Object) {
		for _, target := range reference.Provided(o) {
			provided[target] = true
		}
	})
	v.cluster.Objects(func(a *render.Application, o *object.Object) {
		for _, r := range reference.Of(o) {
			if !r.Optional && !provided[r.Target] {
				v.add(RuleReference, a, o, v.dangling(o, r, provided))
			}
		}
	})
}

func (v *validator) dangling(o *object.Object, r reference.Reference, provided map[reference.Target]bool) *source.Error {
	var elsewhere []string
	for target := range provided {
		if target.Kind == r.Kind && target.Name == r.Name {
			elsewhere = append(elsewhere, target.Namespace)
		}
	}
	in := ""
	if r.Namespace != "" {
		in = " in namespace " + r.Namespace
	}
	if len(elsewhere) > 0 {
		slices.Sort(elsewhere)
		return o.Errorf(r.Field, "nothing provides the %s %s%s; there is one in %s", r.Kind, r.Name, in, elsewhere[0])
	}
	return o.Errorf(r.Field, "nothing provides the %s %s%s", r.Kind, r.Name, in)
}

// namespaces finds namespaces that are used and not declared.
func (v *validator) namespaces() {
	declared := map[string]bool{}
	for _, name := range existing {
		declared[name] = true
	}
	v.cluster.Objects(func(_ *render.Application, o *object.Object) {
		if o.Is("", "Namespace") {
			declared[o.Name] = true
		}
	})
	for _, a := range v.cluster.Applications {
		if a.Spec.SyncPolicy != nil && slices.Contains(a.Spec.SyncPolicy.SyncOptions, "CreateNamespace=true") {
			declared[a.Namespace] = true
		}
	}
	told := map[string]bool{}
	v.cluster.Objects(func(a *render.Application, o *object.Object) {
		if o.Namespace != "" && !declared[o.Namespace] && !told[a.Name+"/"+o.Namespace] {
			told[a.Name+"/"+o.Namespace] = true
			v.add(RuleNamespace, a, o, o.Errorf(source.ParsePath("metadata.namespace"), "the namespace %s is not declared by any object of the cluster", o.Namespace))
		}
	})
}
