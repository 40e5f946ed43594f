package check_test

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

// gitops is the command, as it is shipped.
func gitops(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "gitops")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-o", program, "./src/cmd/gitops")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("building gitops: %v\n%s", err, out)
	}
	return program
}

// checked runs "gitops check", whose findings, if any, are not what is measured.
func checked(b *testing.B, program, dir string) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, "check", "--root", dir)
	var failed *exec.ExitError
	if out, err := cmd.CombinedOutput(); err != nil && (!errors.As(err, &failed) || failed.ExitCode() != 1) {
		b.Fatalf("%v\n%s", err, out)
	}
}

// BenchmarkRepository checks all clusters of this repository.
func BenchmarkRepository(b *testing.B) {
	program := gitops(b)
	treetest.PerApplication(b, 1, func() { checked(b, program, root) })
}

// BenchmarkApplications checks generated trees. The time of one Application must not grow
// with their number.
func BenchmarkApplications(b *testing.B) {
	program := gitops(b)
	for _, n := range []int{100, 300, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := generated(b, n)
			treetest.PerApplication(b, n, func() { checked(b, program, dir) })
		})
	}
}

// BenchmarkKustomizeAndConftest runs "kustomize build" and "conftest test" for each path
// of such a tree, as is usual. What one object says of another cannot be found so.
func BenchmarkKustomizeAndConftest(b *testing.B) {
	const n = 20
	dir := generated(b, n)
	kustomize := treetest.Tool(b, root, "kustomize", "sigs.k8s.io/kustomize/kustomize/v5")
	conftest := treetest.Tool(b, root, "conftest", "github.com/open-policy-agent/conftest")
	treetest.PerApplication(b, n, func() {
		for i := range n {
			build := exec.Command(kustomize, "build", fmt.Sprintf("apps/app-%04d/overlays/kind", i))
			build.Dir = dir
			objects, err := build.Output()
			if err != nil {
				b.Fatal(err)
			}
			test := exec.Command(conftest, "test", "--policy", check.Dir, "--data", check.Dir, "--all-namespaces", "--parser", "yaml", "-")
			test.Dir, test.Stdin = dir, bytes.NewReader(objects)
			var failed *exec.ExitError
			if out, err := test.CombinedOutput(); err != nil && (!errors.As(err, &failed) || failed.ExitCode() != 1) {
				b.Fatalf("%v\n%s", err, out)
			}
		}
	})
}
