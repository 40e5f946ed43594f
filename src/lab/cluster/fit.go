package cluster

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// publicURL is the repository as the manifests name it.
const publicURL = "https://github.com/bitpin/exchange.git"

// fit changes a snapshot's tree so that it runs on this machine: Argo CD reads our
// repository, and the exchange is the image that was just built.
func fit(tree, tag string) error {
	for _, dir := range []string{"clusters", "platform"} {
		err := filepath.WalkDir(filepath.Join(tree, dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
				return err
			}
			return replace(path, publicURL, RepositoryURL)
		})
		if err != nil {
			return err
		}
	}
	overlay := filepath.Join(tree, "apps", "exchange", "overlays", "kind", "kustomization.yaml")
	return replace(overlay, "newTag: lab\n", "newTag: "+tag+"\n")
}

func replace(path, from, to string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed := bytes.ReplaceAll(text, []byte(from), []byte(to))
	if bytes.Equal(text, changed) {
		return nil
	}
	if err := os.WriteFile(path, changed, 0o644); err != nil { //nolint:gosec // it is committed anyway
		return fmt.Errorf("changing a snapshot: %w", err)
	}
	return nil
}
