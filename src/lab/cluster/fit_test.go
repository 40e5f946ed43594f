package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/adopt"
	"github.com/bitpin/exchange/src/internal/gitops/image"
)

func TestSnapshotNamesOurRepositoryAndTheImageJustBuilt(t *testing.T) {
	t.Parallel()
	tree := t.TempDir()
	for _, dir := range []string{"apps", "clusters"} {
		if err := os.CopyFS(filepath.Join(tree, dir), os.DirFS(filepath.Join("..", "..", "..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(tree, "platform"), 0o755); err != nil {
		t.Fatal(err)
	}
	settings, err := adopt.Read(tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := fit(tree, image.Reference{Name: settings.Image, Tag: "lab-0123"}); err != nil {
		t.Fatal(err)
	}
	root, err := os.ReadFile(filepath.Join(tree, "clusters", "airgap", "root.yaml"))
	if err != nil || !strings.Contains(string(root), "repoURL: "+RepositoryURL) {
		t.Errorf("the root Application reads another repository: %v\n%s", err, root)
	}
	kustomization, err := os.ReadFile(filepath.Join(tree, overlay))
	if err != nil || !strings.Contains(string(kustomization), "newTag: lab-0123") {
		t.Errorf("the overlay runs another image: %v\n%s", err, kustomization)
	}
}
