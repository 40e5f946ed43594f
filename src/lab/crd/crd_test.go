package crd_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const root = "../../.."

func TestGeneratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "-C", "generator", "run", ".", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	generated, err := filepath.Glob(dir + "/platform/*/base/crd/*.yaml")
	if err != nil || len(generated) == 0 {
		t.Fatalf("generated %d files, error %v", len(generated), err)
	}
	for _, file := range generated {
		name, _ := filepath.Rel(dir, file)
		fresh, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(kept, fresh) {
			t.Errorf("%s is not what `make generate` writes (%v)", name, err)
		}
	}
}

// The operators' images and the types that their custom resources are generated from
// are of one version.
func TestOperatorsRunTheVersionOfTheirCustomResources(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("generator/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ module, file, image string }{
		{"github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring",
			"platform/kube-prometheus-stack/base/prometheus-operator/deployment.yaml", "quay.io/prometheus-operator/prometheus-operator:"},
		{"github.com/external-secrets/external-secrets",
			"platform/external-secrets/base/deployment.yaml", "ghcr.io/external-secrets/external-secrets:"},
	} {
		_, version, ok := bytes.Cut(mod, []byte("\t"+c.module+" "))
		if !ok {
			t.Errorf("generator/go.mod does not require %s", c.module)
			continue
		}
		version, _, _ = bytes.Cut(version, []byte("\n"))
		manifest, err := os.ReadFile(filepath.Join(root, c.file))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Contains(manifest, append([]byte(c.image), version...)) {
			t.Errorf("%s does not run %s%s", c.file, c.image, version)
		}
	}
}
