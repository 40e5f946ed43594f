package check_test

import (
	"sync"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// root is the repository.
const root = "../../../.."

// own is the repository's own tree, rendered once for all tests of the package.
var own = sync.OnceValues(func() (*rendered, error) {
	files, err := tree.Open(root)
	if err != nil {
		return nil, err
	}
	policies, err := check.Load(files)
	if err != nil {
		return nil, err
	}
	return &rendered{files: files, policies: policies, clusters: map[string]*render.Cluster{}}, nil
})

type rendered struct {
	files    *tree.Tree
	policies *check.Policies
	mu       sync.Mutex
	clusters map[string]*render.Cluster
}

// realTree returns the repository's tree with its policies.
func realTree(t testing.TB) *rendered {
	t.Helper()
	r, err := own()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// cluster returns a cluster of the tree, rendered.
func (r *rendered) cluster(t testing.TB, name string) *render.Cluster {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clusters[name] == nil {
		clusters, err := check.Render(t.Context(), r.files, check.Options{Clusters: []string{name}, Jobs: 2})
		if err != nil {
			t.Fatal(err)
		}
		r.clusters[name] = clusters[0]
	}
	return r.clusters[name]
}
