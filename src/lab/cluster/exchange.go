package cluster

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/bitpin/exchange/src/lab/docker"
	"github.com/bitpin/exchange/src/lab/oci"
)

// exchangeImage is the name under which the lab's overlay asks for the exchange.
const exchangeImage = "docker.io/bitpin/exchange"

// loadExchange builds the exchange's image from the work tree and puts it into the
// node, named by its content. It returns the tag.
func (l *Lab) loadExchange(ctx context.Context) (tag string, err error) {
	image, err := oci.Exchange(ctx, l.Root)
	if err != nil {
		return "", err
	}
	digest, err := image.Digest()
	if err != nil {
		return "", err
	}
	tag = "lab-" + digest.Hex[:12]
	reference := exchangeImage + ":" + tag
	path := l.dir("exchange-image.tar")
	if err := oci.Save(image, []string{reference}, path); err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := docker.Run(ctx, f, io.Discard, "exec", "--interactive", nodeName, "ctr", "--namespace=k8s.io", "images", "import", "--digests", "-"); err != nil {
		return "", fmt.Errorf("loading the exchange's image into the node: %w", err)
	}
	return tag, nil
}
