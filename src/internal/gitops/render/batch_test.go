package render_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

func TestALongListOfApplicationsIsBuiltAsKustomizeDoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	treetest.Generate(t, dir, 150)
	objects, _, err := render.Kustomize(open(t, dir), "clusters/kind", kustomization.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := kustomize(t, dir, "build", "clusters/kind")
	if err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	if diff := cmp.Diff(want, stream(t, objects)); diff != "" {
		t.Errorf("-kustomize +ours:\n%s", diff)
	}
	for i, want := range map[int]string{0: "clusters/kind/app-0000.yaml:1", 151: "clusters/kind/root.yaml:1"} {
		if got := objects[i].Origin.Position.String(); got != want {
			t.Errorf("object %d is from %s, want %s", i, got, want)
		}
	}
}

func TestTwoOfOneNameInALongListOfApplicationsAreFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	treetest.Generate(t, dir, 150)
	file := filepath.Join(dir, "clusters", "kind", "app-0149.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), "name: app-0149", "name: app-0001")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = render.Kustomize(open(t, dir), "clusters/kind", kustomization.Options{})
	if err == nil || !strings.Contains(err.Error(), "may not add resource with an already registered id") {
		t.Errorf("%v", err)
	}
}

func TestALongListWithMoreThanApplicationsIsBuiltAsAWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	treetest.Generate(t, dir, 150)
	file, err := os.OpenFile(filepath.Join(dir, "clusters", "kind", "kustomization.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString("namePrefix: my-\n")
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	objects, _, err := render.Kustomize(open(t, dir), "clusters/kind", kustomization.Options{})
	if err != nil || len(objects) != 152 || objects[0].Name != "my-app-0000" {
		t.Errorf("%d objects, %v", len(objects), err)
	}
}
