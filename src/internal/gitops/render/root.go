package render

import (
	"path"
	"strings"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// root renders the cluster's own directory, from the Application that points to it: the
// root of the cluster's Applications, which is in the directory too.
func (r *renderer) root() *rendered {
	a := &Application{Application: &argo.Application{Name: r.dir, Object: &object.Object{
		ID:     object.ID{Group: argo.Group, Version: "v1alpha1", Kind: "Application", Name: r.dir},
		Origin: &origin.Origin{Position: source.Position{File: r.dir}},
	}}}
	result := &rendered{application: a}
	spec := argo.Source{ApplicationSource: v1alpha1.ApplicationSource{Path: r.dir}}
	found, err := r.findRoot()
	if found != nil && len(found.Sources) > 0 {
		a.Application, spec = found, found.Sources[0]
		r.repository = spec.RepoURL
	}
	result.add(r.cluster.Name, RuleRender, a.Object.Origin.Position, err)
	objects, err := r.directory(result, r.dir, spec, a.Object.Origin.Position)
	a.Objects = objects
	result.add(r.cluster.Name, RuleRender, source.Position{File: r.dir}, err)
	if len(objects) == 0 && len(result.findings) == 0 {
		result.add(r.cluster.Name, RuleEmpty, a.Object.Origin.Position, source.Errorf(a.Object.Origin.Position, "the cluster %s has no Applications", r.cluster.Name))
	}
	return result
}

// findRoot looks in the cluster's directory for the Application whose source it is.
func (r *renderer) findRoot() (*argo.Application, error) {
	names, err := r.reader.Tree().List(r.dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if path.Ext(name) != ".yaml" && path.Ext(name) != ".yml" {
			continue
		}
		documents, err := r.reader.Documents(path.Join(r.dir, name))
		if err != nil {
			continue // told where it is rendered
		}
		for _, d := range documents {
			if d.String("kind") != "Application" || !strings.HasPrefix(d.String("apiVersion"), argo.Group+"/") {
				continue
			}
			if d.String("spec", "source", "path") != r.dir {
				continue
			}
			data, err := d.JSON()
			if err != nil {
				return nil, err
			}
			o, err := fromJSON(data, origin.FromFile(d))
			if err != nil {
				return nil, err
			}
			return argo.Decode(o)
		}
	}
	return nil, nil
}

// isRoot says whether a rendered Application is the root itself.
func (r *renderer) isRoot(o *object.Object) bool {
	return o.Text("spec", "source", "path") == r.dir
}
