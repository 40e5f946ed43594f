package render

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Root is the directory of the clusters.
const Root = "clusters"

// Cluster is all that Argo CD runs on a cluster.
type Cluster struct {
	Name string
	// Applications in the order of their waves and names; the first is the root, which
	// renders the others.
	Applications []*Application
	// Used are the kustomizations and directories that were rendered.
	Used map[string]bool
	// Findings are what is wrong so far.
	Findings []report.Finding
}

// Application is an Application with what it renders.
type Application struct {
	*argo.Application
	Objects []*object.Object
	// Foreign are its sources in other repositories, which are not rendered.
	Foreign []argo.Source
	// order places it in the output: its parent's, then its wave and name.
	order []string
}

// Options are how rendering is done.
type Options struct {
	// Jobs is how many Applications are rendered at a time, at least 1.
	Jobs int
	// Progress, if not nil, is told after each Application how many are done and known.
	Progress func(cluster string, done, known int)
}

// Clusters returns the names of the tree's clusters.
func Clusters(t *tree.Tree) ([]string, error) {
	names, err := t.List(Root)
	if err != nil {
		return nil, fmt.Errorf("listing the clusters: %w", err)
	}
	var clusters []string
	for _, name := range names {
		if _, kind, err := t.Resolve(path.Join(Root, name)); err == nil && kind == tree.Directory {
			clusters = append(clusters, name)
		}
	}
	return clusters, nil
}

// Render renders a cluster. What is wrong in the tree is among the cluster's findings;
// an error is that it could not be done at all.
func Render(ctx context.Context, reader *source.Reader, name string, options Options) (*Cluster, error) {
	dir := path.Join(Root, name)
	if _, kind, err := reader.Tree().Resolve(dir); err != nil || kind != tree.Directory {
		return nil, fmt.Errorf("no cluster %q: %s is no directory", name, dir)
	}
	r := &renderer{reader: reader, options: options, dir: dir, cluster: &Cluster{Name: name, Used: map[string]bool{}}}
	if err := r.all(ctx); err != nil {
		return nil, err
	}
	r.cluster.Findings = report.Sort(r.cluster.Findings)
	return r.cluster, nil
}

// order sorts Applications as they are shown: parents first, then waves, then names.
func (c *Cluster) sort() {
	slices.SortStableFunc(c.Applications, func(a, b *Application) int {
		return cmp.Or(slices.Compare(a.order, b.order), strings.Compare(a.Name, b.Name))
	})
}

// Objects calls visit with every object of the cluster, in order.
func (c *Cluster) Objects(visit func(*Application, *object.Object)) {
	for _, a := range c.Applications {
		for _, o := range a.Objects {
			visit(a, o)
		}
	}
}

// rendered is what one Application came to.
type rendered struct {
	application *Application
	used        []string
	findings    []report.Finding
}

func (r *rendered) add(cluster, rule string, at source.Position, err error) {
	f := report.Finding{Rule: rule, Cluster: cluster, Position: at, Application: r.application.Name}
	r.findings = append(r.findings, report.FromError(f, err)...)
}

// use notes the directories of a kustomization.
func (r *rendered) use(top *kustomization.Directory) {
	if top != nil {
		top.Visit(func(d *kustomization.Directory) { r.used = append(r.used, d.Path) })
	}
}
