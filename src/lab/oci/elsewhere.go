package oci

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Elsewhere builds the index from a copy of the sources in another directory, with an
// empty build cache: what it makes differs where something of the machine is in an image.
func (b Build) Elsewhere(ctx context.Context, platforms []v1.Platform) (v1.ImageIndex, error) {
	dir, err := os.MkdirTemp("", "exchange-elsewhere-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	other := b
	other.Root, other.Cache = filepath.Join(dir, "tree"), filepath.Join(dir, "cache")
	if err := copySources(b.Root, other.Root); err != nil {
		return nil, fmt.Errorf("copying the sources: %w", err)
	}
	return other.Index(ctx, platforms)
}

// copySources copies what a program is built from.
func copySources(from, to string) error {
	if err := os.CopyFS(filepath.Join(to, "src"), os.DirFS(filepath.Join(from, "src"))); err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
