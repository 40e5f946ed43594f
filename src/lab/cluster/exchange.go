package cluster

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/bitpin/exchange/src/internal/gitops/adopt"
	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/lab/docker"
	"github.com/bitpin/exchange/src/lab/oci"
)

// loadExchange builds the exchange's image from the work tree and puts it into the
// node, tagged by its content.
func (l *Lab) loadExchange(ctx context.Context) (image.Reference, error) {
	settings, err := adopt.Read(l.Root)
	if err != nil {
		return image.Reference{}, err
	}
	built, err := oci.Exchange(ctx, l.Root)
	if err != nil {
		return image.Reference{}, err
	}
	digest, err := built.Digest()
	if err != nil {
		return image.Reference{}, err
	}
	reference := image.Reference{Name: settings.Image, Tag: "lab-" + digest.Hex[:12]}
	path := l.dir("exchange-image.tar")
	if err := oci.Save(built, []string{reference.String()}, path); err != nil {
		return image.Reference{}, err
	}
	return reference, loadImage(ctx, path)
}

// loadImage puts the images of an archive into the node.
func loadImage(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := docker.Run(ctx, f, io.Discard, "exec", "--interactive", nodeName, "ctr", "--namespace=k8s.io", "images", "import", "--digests", "-"); err != nil {
		return fmt.Errorf("loading an image into the node: %w", err)
	}
	return nil
}
