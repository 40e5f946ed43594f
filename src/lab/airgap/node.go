package airgap

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/bitpin/exchange/src/lab/docker"
)

// The recipes that a node is made of, besides those that it only carries.
const (
	nodeRecipe       = "node"
	kubernetesRecipe = "kubernetes"
	kubernetesPath   = "usr/local/bin/kubernetes"
)

const (
	nodeSetup     = "setup.sh" // the script in the node's folder that finishes it
	nodeContainer = "exchange-node-setup"
	nodeImage     = "airgap.local/kind-node"
)

// Node makes kind's node image, with the images of the cluster inside, and returns
// its name in the Docker engine. kindDir is the directory of kind's module, whose
// own files the node needs; version is Kubernetes'.
func (b *Builder) Node(ctx context.Context, images []Image, kindDir, version string) (string, error) {
	var base, kubernetes *Image
	h := sha256.New()
	fmt.Fprintln(h, format, kindDir, version)
	for i := range images {
		fmt.Fprintln(h, images[i].Recipe.Name, images[i].Key)
		switch images[i].Recipe.Name {
		case nodeRecipe:
			base = &images[i]
		case kubernetesRecipe:
			kubernetes = &images[i]
		}
	}
	if base == nil || kubernetes == nil {
		return "", fmt.Errorf("a node needs the images %s and %s", nodeRecipe, kubernetesRecipe)
	}
	name := nodeImage + ":" + hex.EncodeToString(h.Sum(nil))[:16]
	if docker.Exists(ctx, "image", name) {
		return name, nil
	}
	b.say("making the node's image")
	if err := b.makeNode(ctx, name, base, kubernetes, images, kindDir, version); err != nil {
		return "", fmt.Errorf("making the node's image: %w", err)
	}
	return name, removeOthers(ctx, name)
}

// removeOthers removes the images of nodes before this one that no cluster uses.
func removeOthers(ctx context.Context, name string) error {
	images, err := docker.Output(ctx, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", nodeImage)
	if err != nil {
		return err
	}
	for image := range strings.FieldsSeq(images) {
		used, err := docker.Output(ctx, "ps", "--all", "--quiet", "--filter", "ancestor="+image)
		if err != nil {
			return err
		}
		if image == name || used != "" {
			continue
		}
		if _, err := docker.Output(ctx, "image", "rm", image); err != nil {
			return err
		}
	}
	return nil
}

func (b *Builder) makeNode(ctx context.Context, name string, base, kubernetes *Image, images []Image, kindDir, version string) (err error) {
	work, err := os.MkdirTemp(b.cache, scratch+"node-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := linkImages(images, filepath.Join(work, "images")); err != nil {
		return err
	}
	program := filepath.Join(work, "kubernetes")
	if err := extract(kubernetes.File, kubernetesPath, program); err != nil {
		return err
	}
	if err := docker.LoadImage(ctx, base.File); err != nil {
		return err
	}
	container, err := startSetup(ctx, base.Recipe.References[0], filepath.Join(work, "images"))
	if err != nil {
		return err
	}
	defer func() {
		_, remove := docker.Output(context.WithoutCancel(ctx), "rm", "--force", "--volumes", container)
		err = errors.Join(err, remove)
	}()
	return b.finishNode(ctx, container, name, [][2]string{
		{filepath.Join(kindDir, "images", "base", "files") + "/.", "/"},
		{program, "/usr/bin/kubernetes"},
		{filepath.Join(base.Recipe.Dir, nodeSetup), "/setup.sh"},
	}, version)
}

// startSetup runs a container of the node's base, with the cluster's images at /images.
func startSetup(ctx context.Context, base, images string) (container string, err error) {
	if docker.Exists(ctx, "container", nodeContainer) { // of one who was killed
		if _, err := docker.Output(ctx, "rm", "--force", "--volumes", nodeContainer); err != nil {
			return "", err
		}
	}
	return docker.Output(ctx, "run", "--detach", "--name", nodeContainer, "--privileged", "--network=none",
		"--volume", images+":/images:ro", "--entrypoint=sleep", base, "infinity")
}

// finishNode copies files into a container, sets it up and makes an image of it.
func (b *Builder) finishNode(ctx context.Context, container, name string, files [][2]string, version string) error {
	for _, f := range files {
		if err := docker.Run(ctx, nil, io.Discard, "cp", f[0], container+":"+f[1]); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(b.cache, "node-setup.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	if err := docker.Run(ctx, nil, log, "exec", container, "bash", "/setup.sh", version); err != nil {
		return err
	}
	_, err = docker.Output(ctx, "commit", "--change", `ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]`,
		container, name)
	return err
}

// linkImages gives the cluster's images to the container without copying them.
func linkImages(images []Image, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, image := range images {
		if image.Recipe.Name == nodeRecipe || image.Recipe.Outside {
			continue
		}
		if err := os.Link(image.File, filepath.Join(dir, image.Recipe.Name+".tar")); err != nil {
			return err
		}
	}
	return nil
}

// extract copies one file out of an image.
func extract(archive, path, to string) error {
	image, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		return err
	}
	content := mutate.Extract(image)
	defer content.Close()
	for r := tar.NewReader(content); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s has no %s", archive, path)
		}
		if err != nil {
			return err
		}
		if header.Name != path {
			continue
		}
		f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		return errors.Join(err, f.Close())
	}
}
