// Package oci writes container images without a container engine.
package oci

import (
	"fmt"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// searchPath is every image's PATH.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Image makes an image for this machine's architecture.
func Image(config v1.Config, layers ...v1.Layer) (v1.Image, error) {
	return ImageFor(v1.Platform{OS: "linux", Architecture: runtime.GOARCH}, config, layers...)
}

// ImageFor makes an image for a platform. Its search path is set; what else config says
// is taken over. Equal layers and config make an equal image.
func ImageFor(platform v1.Platform, config v1.Config, layers ...v1.Layer) (v1.Image, error) {
	image, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		return nil, fmt.Errorf("adding layers: %w", err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the image's config: %w", err)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Variant = platform.OS, platform.Architecture, platform.Variant
	config.Env = append([]string{searchPath}, config.Env...)
	file.Config = config
	return mutate.ConfigFile(image, file)
}

// Save writes an archive that docker and containerd load, whole or not at all. The
// image has all the references, such as "docker.io/library/redis:7".
func Save(image v1.Image, references []string, path string) error {
	tags := make(map[name.Tag]v1.Image, len(references))
	for _, reference := range references {
		tag, err := name.NewTag(reference)
		if err != nil {
			return fmt.Errorf("naming an image: %w", err)
		}
		tags[tag] = image
	}
	unfinished := path + ".unfinished"
	if err := tarball.MultiWriteToFile(unfinished, tags); err != nil {
		return fmt.Errorf("writing an image: %w", err)
	}
	return os.Rename(unfinished, path)
}
