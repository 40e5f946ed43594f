package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const base = "../../../../platform/calico/base"

func TestGeneratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := generate(dir); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir(filepath.Join(base, "crd"))
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) != len(table) {
		t.Errorf("%d files are kept, %d generated", len(kept), len(table))
	}
	for _, f := range kept {
		old, err := os.ReadFile(filepath.Join(base, "crd", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if fresh, err := os.ReadFile(filepath.Join(dir, f.Name())); err != nil || !bytes.Equal(old, fresh) {
			t.Errorf("%s is not what `make generate` writes (%v)", f.Name(), err)
		}
	}
}

func TestCalicoRunsTheVersionOfItsCustomResources(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"daemonset-calico-node.yaml", "deployment-calico-kube-controllers.yaml"} {
		manifest, err := os.ReadFile(filepath.Join(base, name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(manifest)) {
			if strings.Contains(line, "quay.io/calico/") && !strings.Contains(line, ":"+version+"@") {
				t.Errorf("%s: %s: is not %s", name, strings.TrimSpace(line), version)
			}
		}
	}
}

// What calico-node may read is what there is: a kind that the table lacks would keep
// it from starting.
func TestEveryKindThatCalicoReadsIsDefined(t *testing.T) {
	t.Parallel()
	defined := map[string]bool{}
	for _, d := range table {
		defined[d.Plural] = true
	}
	for _, name := range []string{"clusterrole-calico-node.yaml", "clusterrole-calico-cni-plugin.yaml", "clusterrole-calico-kube-controllers.yaml"} {
		manifest, err := os.ReadFile(filepath.Join(base, name))
		if err != nil {
			t.Fatal(err)
		}
		ours := false
		for line := range strings.Lines(string(manifest)) {
			line = strings.TrimSpace(line)
			if strings.Contains(line, "apiGroups:") {
				ours = strings.Contains(line, group)
				continue
			}
			plural, _, _ := strings.Cut(strings.TrimPrefix(line, "- "), "/")
			if ours && strings.HasPrefix(line, "- ") && !defined[plural] {
				t.Errorf("%s: %s is not in the table", name, plural)
			}
		}
	}
}
