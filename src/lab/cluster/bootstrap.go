package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const (
	// argocdModule is the folder whose go.mod pins Argo CD, and its toolchain.
	argocdModule    = "tests/airgap/argocd"
	argocdToolchain = "go1.27.0"
	redisImage      = "airgap.local/redis:7.0-bookworm"

	bootstrapTimeout = 10 * time.Minute
)

// bootstrap applies what Argo CD needs before it can sync anything, from a snapshot's
// tree: the network plugin, Argo CD with its settings, and the root Application.
// Argo CD adopts all but its own installation.
func (l *Lab) bootstrap(ctx context.Context, kind Kind, tree string) error {
	c, err := l.client()
	if err != nil {
		return err
	}
	if kind == Pulled {
		l.say("Installing Calico")
		if err := c.applyDirectory(ctx, filepath.Join(tree, "platform", "calico", "overlays", "kind")); err != nil {
			return err
		}
	} else {
		l.say("Installing kube-router")
		if err := c.applyDirectory(ctx, filepath.Join(tree, "tests", "airgap", "kube-router")); err != nil {
			return err
		}
	}
	l.say("Installing Argo CD")
	settings, err := build(filepath.Join(tree, "platform", "argocd", "overlays", "kind"))
	if err != nil {
		return err
	}
	install, err := l.argocdManifests(ctx, kind)
	if err != nil {
		return err
	}
	// The namespace is among the settings, and the settings' kinds are in the install.
	if err := c.applyAll(ctx, append(install, settings...), bootstrapTimeout); err != nil {
		return err
	}
	if err := c.podsReady(ctx, argocdNamespace, bootstrapTimeout); err != nil {
		return err
	}
	root, err := os.ReadFile(filepath.Join(tree, "clusters", string(kind), "root.yaml"))
	if err != nil {
		return err
	}
	objects, err := decode(root)
	if err != nil {
		return fmt.Errorf("clusters/%s/root.yaml: %w", kind, err)
	}
	return c.applyAll(ctx, objects, time.Minute)
}

func (c *client) applyDirectory(ctx context.Context, dir string) error {
	objects, err := build(dir)
	if err != nil {
		return err
	}
	return c.applyAll(ctx, objects, bootstrapTimeout)
}

// build renders a kustomization.
func build(dir string) ([]*unstructured.Unstructured, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("rendering %s: %w", dir, err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		return nil, err
	}
	return decode(text)
}

// decode reads the objects of a stream of YAML documents.
func decode(text []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		o := &unstructured.Unstructured{}
		err := d.Decode(&o.Object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		if len(o.Object) > 0 {
			objects = append(objects, o)
		}
	}
}

// argocdManifests reads the installation from the pinned module of the version that
// runs. A cluster whose images are built here gets the part without web page and
// sign-in, and no image is pulled.
func (l *Lab) argocdManifests(ctx context.Context, kind Kind) ([]*unstructured.Unstructured, error) {
	dir, err := l.argocdSource(ctx)
	if err != nil {
		return nil, err
	}
	file := "install.yaml"
	if kind == Airgap {
		file = "core-install.yaml"
	}
	text, err := os.ReadFile(filepath.Join(dir, "manifests", file))
	if err != nil {
		return nil, fmt.Errorf("reading Argo CD's installation: %w", err)
	}
	objects, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("reading Argo CD's %s: %w", file, err)
	}
	for _, o := range objects {
		if err := place(o, kind); err != nil {
			return nil, fmt.Errorf("fitting %s %s of Argo CD's installation: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return objects, nil
}

// argocdSource returns the directory of Argo CD's module.
func (l *Lab) argocdSource(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", "github.com/argoproj/argo-cd/v3")
	cmd.Dir, cmd.Env = filepath.Join(l.Root, argocdModule), append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly", "GOTOOLCHAIN="+argocdToolchain)
	out, err := cmd.Output()
	var module struct{ Dir, Error string }
	if decoded := json.Unmarshal(out, &module); err == nil && decoded != nil {
		err = decoded
	}
	if err != nil || module.Dir == "" {
		return "", fmt.Errorf("downloading Argo CD's module: %w %s", err, module.Error)
	}
	return module.Dir, nil
}

// place puts an object into Argo CD's namespace; subjects of bindings are meant to be
// there, too.
func place(o *unstructured.Unstructured, kind Kind) error {
	switch o.GetKind() {
	case "CustomResourceDefinition", "ClusterRole":
		return nil
	case "ClusterRoleBinding":
		return placeSubjects(o)
	}
	o.SetNamespace(argocdNamespace)
	if kind == Airgap {
		return pullNothing(o)
	}
	return nil
}

func placeSubjects(o *unstructured.Unstructured) error {
	subjects, _, err := unstructured.NestedSlice(o.Object, "subjects")
	if err != nil {
		return err
	}
	for _, s := range subjects {
		if subject, ok := s.(map[string]any); ok {
			subject["namespace"] = argocdNamespace
		}
	}
	return unstructured.SetNestedSlice(o.Object, subjects, "subjects")
}

// pullNothing makes a workload run with the images that are in the node.
func pullNothing(o *unstructured.Unstructured) error {
	for _, field := range []string{"containers", "initContainers"} {
		path := []string{"spec", "template", "spec", field}
		containers, found, err := unstructured.NestedSlice(o.Object, path...)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		for _, item := range containers {
			container, ok := item.(map[string]any)
			if !ok {
				continue
			}
			container["imagePullPolicy"] = "IfNotPresent"
			if image, _ := container["image"].(string); strings.Contains(image, "redis") {
				container["image"] = redisImage
			}
		}
		if err := unstructured.SetNestedSlice(o.Object, containers, path...); err != nil {
			return err
		}
	}
	return nil
}
