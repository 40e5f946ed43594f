package validate_test

import (
	"bytes"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/treetest"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
)

// rendered returns what a cluster prints. Each call reads the tree anew.
func rendered(t testing.TB, dir string, jobs int) string {
	t.Helper()
	files, err := tree.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := validate.Cluster(t.Context(), source.NewReader(files), "kind", render.Options{Jobs: jobs})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Findings) > 0 {
		t.Fatalf("findings: %v", c.Findings)
	}
	var b bytes.Buffer
	c.Objects(func(a *render.Application, o *object.Object) {
		text, err := o.YAML()
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("# " + a.Name + "\n" + string(text))
	})
	return b.String()
}

func TestOutputIsTheSameWithAnyNumberOfJobs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	treetest.Generate(t, dir, 60)
	one := rendered(t, dir, 1)
	for range 3 {
		if rendered(t, dir, 16) != one {
			t.Fatal("the output of 16 jobs is not that of one")
		}
	}
}
