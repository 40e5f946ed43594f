package check

import (
	"fmt"
	"maps"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
)

// Document is what rules see of a cluster: the input that policy/README.md describes.
// It shares the objects' contents and must not be changed.
func Document(c *render.Cluster) map[string]any {
	objects := map[string]any{}
	c.Objects(func(a *render.Application, o *object.Object) {
		kind := o.Kind
		if o.Group != "" {
			kind += "." + o.Group
		}
		namespaces, ok := objects[kind].(map[string]any)
		if !ok {
			namespaces = map[string]any{}
			objects[kind] = namespaces
		}
		list, _ := namespaces[o.Namespace].([]any)
		namespaces[o.Namespace] = append(list, map[string]any{
			"id":          o.String(),
			"application": a.Name,
			"object":      essential(o),
		})
	})
	return map[string]any{"cluster": c.Name, "objects": objects}
}

// essential is an object without what no rule reads and is large: the schemas of a
// CustomResourceDefinition.
func essential(o *object.Object) map[string]any {
	if !o.Is("apiextensions.k8s.io", "CustomResourceDefinition") {
		return o.Content
	}
	versions := []any{}
	for _, v := range o.List("spec", "versions") {
		version, ok := v.(map[string]any)
		if !ok {
			continue
		}
		version = maps.Clone(version)
		delete(version, "schema")
		versions = append(versions, version)
	}
	spec := maps.Clone(o.Map("spec"))
	spec["versions"] = versions
	content := maps.Clone(o.Content)
	content["spec"] = spec
	return content
}

// place is an object with the Application that renders it.
type place struct {
	application *render.Application
	object      *object.Object
}

// places finds objects by the names that rules have for them.
func places(c *render.Cluster) map[string]place {
	all := map[string]place{}
	c.Objects(func(a *render.Application, o *object.Object) { all[placeKey(a.Name, o.String())] = place{a, o} })
	return all
}

func placeKey(application, id string) string { return fmt.Sprintf("%s %s", application, id) }
