package origin_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// rendered builds testdata/overlay, or another kustomization beside it, by object.
func rendered(t *testing.T, dir string) map[string]*object.Object {
	t.Helper()
	files, err := tree.Open("testdata")
	if err != nil {
		t.Fatal(err)
	}
	objects, _, err := render.Kustomize(source.NewReader(files), dir, kustomization.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*object.Object{}
	for _, o := range objects {
		all[o.Kind] = o
	}
	return all
}

// The comment "# KIND PATH" in testdata marks the line that puts the field at PATH of
// the object of that kind there.
func TestEveryFieldIsTracedToTheLineThatPutItThere(t *testing.T) {
	t.Parallel()
	objects := rendered(t, "overlay")
	marks := 0
	for _, dir := range []string{"base", "component", "middle", "overlay"} {
		marks += checkMarks(t, objects, "testdata", dir)
	}
	if marks < 25 {
		t.Errorf("only %d marks", marks)
	}
}

func TestWhatAnApplicationAddsIsTracedToTheApplication(t *testing.T) {
	t.Parallel()
	files, err := tree.Open("testdata/cluster")
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := render.Render(t.Context(), source.NewReader(files), "kind", render.Options{Jobs: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range cluster.Findings {
		t.Errorf("%s: %s", f.Position, f.Message)
	}
	objects := map[string]*object.Object{}
	cluster.Objects(func(_ *render.Application, o *object.Object) { objects[o.Kind] = o })
	if marks := checkMarks(t, objects, "testdata/cluster", "."); marks < 15 {
		t.Errorf("only %d marks", marks)
	}
}

// checkMarks holds objects, by their kinds, to the marks below a directory of a tree. It
// returns how many there are.
func checkMarks(t *testing.T, objects map[string]*object.Object, root, dir string) int {
	t.Helper()
	marks := 0
	err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		for _, mark := range readMarks(t, path) {
			marks++
			o := objects[mark.kind]
			if o == nil {
				t.Errorf("%s:%d: no %s is rendered", path, mark.line, mark.kind)
				continue
			}
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			want := source.Position{File: filepath.ToSlash(relative), Line: mark.line}
			if got := o.Position(source.ParsePath(mark.field)); got != want {
				t.Errorf("%s %s: %s, want %s", mark.kind, mark.field, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return marks
}

func TestReplacementsOfOtherObjectsArePassedOver(t *testing.T) {
	t.Parallel()
	service := rendered(t, "overlay")["Service"]
	if got := service.Position(source.ParsePath("spec.type")).String(); got != "base/service.yaml:5" {
		t.Errorf("%s, want base/service.yaml:5", got)
	}
}

func TestMissingFieldIsTracedToWhatItWouldBeIn(t *testing.T) {
	t.Parallel()
	deployment := rendered(t, "overlay")["Deployment"]
	for field, want := range map[string]string{
		"spec.template.spec.containers[0].livenessProbe": "base/deployment.yaml:18",
		"spec.strategy.type":                             "base/deployment.yaml:7",
		"status":                                         "base/deployment.yaml:1",
	} {
		if got := deployment.Position(source.ParsePath(field)).String(); got != want {
			t.Errorf("%s: %s, want %s", field, got, want)
		}
	}
}

func TestTracingToAnyPathEndsInAFile(t *testing.T) {
	t.Parallel()
	for _, o := range rendered(t, "overlay") {
		for _, field := range []string{"", "[3]", "spec[0].x", "metadata.labels[99]", "spec.template.spec.containers[7].image", `a["b"]["c"]`} {
			if at := o.Position(source.ParsePath(field)); at.File == "" {
				t.Errorf("%s %q is from nowhere", o, field)
			}
		}
	}
}
