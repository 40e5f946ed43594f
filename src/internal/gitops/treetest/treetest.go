// Package treetest makes trees of many Applications for tests and measurements.
package treetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Repository is the repository that the trees say they are.
const Repository = "https://git.example.com/generated.git"

// Generate writes a tree with one cluster, "kind", of n Applications. Each has a base of
// seven objects and an overlay that patches them, as a service of a team has.
func Generate(tb testing.TB, dir string, n int) {
	tb.Helper()
	cluster := []string{"root.yaml", "argocd.yaml"}
	files := map[string]string{
		"clusters/kind/root.yaml":            application("root", "clusters/kind", "argocd"),
		"clusters/kind/argocd.yaml":          application("argocd", "platform/argocd", "argocd"),
		"platform/argocd/kustomization.yaml": "resources: [namespace.yaml]\n",
		"platform/argocd/namespace.yaml":     "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: argocd\n",
	}
	for i := range n {
		name := fmt.Sprintf("app-%04d", i)
		cluster = append(cluster, name+".yaml")
		files["clusters/kind/"+name+".yaml"] = application(name, "apps/"+name+"/overlays/kind", name)
		for file, text := range app {
			files["apps/"+name+"/"+strings.ReplaceAll(file, "NAME", name)] = strings.ReplaceAll(text, "NAME", name)
		}
	}
	files["clusters/kind/kustomization.yaml"] = "resources:\n  - " + strings.Join(cluster, "\n  - ") + "\n"
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // a test's own directory
			tb.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a test's own file
			tb.Fatal(err)
		}
	}
}

func application(name, path, namespace string) string {
	return fmt.Sprintf(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: %s
  namespace: argocd
spec:
  project: apps
  source:
    repoURL: %s
    targetRevision: main
    path: %s
  destination:
    server: https://kubernetes.default.svc
    namespace: %s
`, name, Repository, path, namespace)
}
