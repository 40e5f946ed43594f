package oci

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Exchange builds the service from the work tree below root and puts it into an
// image of its own: one static program, run by a user without rights. The image depends
// on the program alone.
func Exchange(ctx context.Context, root string) (v1.Image, error) {
	return Build{Root: root}.Image(ctx, v1.Platform{OS: "linux", Architecture: runtime.GOARCH})
}

// Build is an image of the service that names what it was built from.
type Build struct {
	Root string
	// Stamp is put into the program and the labels. The zero value says nothing.
	Stamp Stamp
	// Source is the repository's URL, for the labels.
	Source string
	// Cache is Go's build cache, "" for the user's.
	Cache string
}

// Index builds the image for several platforms. Equal sources and stamps make an equal
// index.
func (b Build) Index(ctx context.Context, platforms []v1.Platform) (v1.ImageIndex, error) {
	if len(platforms) == 0 {
		return nil, errors.New("no platform to build for")
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, platform := range platforms {
		image, err := b.Image(ctx, platform)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", platform, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}})
	}
	return mutate.Annotations(index, b.labels()).(v1.ImageIndex), nil
}

// Image builds the image for one platform.
func (b Build) Image(ctx context.Context, platform v1.Platform) (v1.Image, error) {
	dir, err := os.MkdirTemp("", "exchange-image-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "exchange")
	if err := b.compile(ctx, platform, program); err != nil {
		return nil, err
	}
	layer, err := Layer([]File{{Path: "/exchange", Source: program}})
	if err != nil {
		return nil, err
	}
	image, err := ImageFor(platform, v1.Config{
		Entrypoint: []string{"/exchange"}, Cmd: []string{"serve"}, User: "65532:65532", Labels: b.labels(),
		ExposedPorts: map[string]struct{}{"8000/tcp": {}, "8001/tcp": {}, "8002/tcp": {}},
	}, layer)
	if err != nil {
		return nil, err
	}
	image = mutate.ConfigMediaType(mutate.MediaType(image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if b.Stamp == (Stamp{}) {
		return image, nil
	}
	return mutate.CreatedAt(image, v1.Time{Time: b.Stamp.Time})
}

func (b Build) compile(ctx context.Context, platform v1.Platform, program string) error {
	flags := "-s -w"
	if b.Stamp != (Stamp{}) {
		flags += " -X main.version=" + b.Stamp.Version + " -X main.commit=" + b.Stamp.Commit
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags="+flags, "-o", program, "./src/cmd/exchange")
	cmd.Dir = b.Root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+platform.OS, "GOARCH="+platform.Architecture, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0")
	if b.Cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+b.Cache)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return nil
}

// labels say what the image was built from, as the OCI's specification names them.
func (b Build) labels() map[string]string {
	if b.Stamp == (Stamp{}) {
		return nil
	}
	const prefix = "org.opencontainers.image."
	return map[string]string{
		prefix + "title":    "exchange",
		prefix + "licenses": "Apache-2.0",
		prefix + "source":   b.Source,
		prefix + "revision": b.Stamp.Commit,
		prefix + "version":  b.Stamp.Version,
		prefix + "created":  b.Stamp.Time.UTC().Format("2006-01-02T15:04:05Z"),
	}
}
