package cluster

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/bitpin/exchange/src/internal/gitops/adopt"
	"github.com/bitpin/exchange/src/internal/gitops/image"
)

// overlay is the exchange's in the lab.
var overlay = filepath.Join("apps", "exchange", "overlays", "kind", "kustomization.yaml")

// fit changes a snapshot's tree so that it runs on this machine: Argo CD reads our
// repository, and the exchange is the image that was just built.
func fit(tree string, built image.Reference) error {
	if _, err := adopt.Adopt(tree, adopt.Settings{Repository: RepositoryURL}); err != nil {
		return err
	}
	path := filepath.Join(tree, overlay)
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	after, err := image.Set(overlay, before, "exchange", built)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, after, 0o644); err != nil {
		return fmt.Errorf("changing a snapshot: %w", err)
	}
	return nil
}
