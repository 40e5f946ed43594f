package render

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// batch is how many files kustomize is given at a time. It compares each object that it
// reads with all before it.
const batch = 64

// batches builds a long list of Applications, as that of a cluster is, a batch at a
// time, or says that it is no such list. Applications name no other objects, so that
// kustomize would do no more for them together, but find two of one name: those are
// left to it.
func (b *build) batches(reader *source.Reader, options kustomization.Options) ([]*object.Object, bool) {
	if len(b.top.Resources) <= batch || !listsApplications(reader, b.top) {
		return nil, false
	}
	var objects []*object.Object
	names := map[string]bool{}
	for files := range slices.Chunk(b.top.Spec.Resources, batch) {
		text, err := yaml.Marshal(types.Kustomization{TypeMeta: b.top.Spec.TypeMeta, Resources: files})
		if err != nil {
			return nil, false
		}
		some, err := b.run(reader, options, map[string][]byte{b.top.File: text})
		if err != nil {
			return nil, false
		}
		for _, o := range some {
			if names[o.Name] {
				return nil, false
			}
			names[o.Name] = true
		}
		objects = append(objects, some...)
	}
	slices.SortFunc(objects, func(a, b *object.Object) int { return strings.Compare(place(a), place(b)) })
	return objects, true
}

// place is what kustomize sorts objects of one kind by.
func place(o *object.Object) string { return cmp.Or(o.Namespace, "~X") + "|" + o.Name }

// listsApplications says whether a kustomization does nothing but list files of
// Applications.
func listsApplications(reader *source.Reader, d *kustomization.Directory) bool {
	if !reflect.DeepEqual(d.Spec, types.Kustomization{TypeMeta: d.Spec.TypeMeta, Resources: d.Spec.Resources}) {
		return false
	}
	for _, e := range d.Resources {
		documents, err := reader.Documents(e.Path)
		if err != nil || e.Directory != nil {
			return false
		}
		for _, document := range documents {
			if document.String("kind") != "Application" || document.String("apiVersion") != argo.Group+"/v1alpha1" {
				return false
			}
		}
	}
	return true
}
