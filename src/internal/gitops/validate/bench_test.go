package validate_test

import (
	"fmt"
	"os/exec"
	"runtime"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

// BenchmarkApplications renders and validates generated trees. The time of one
// Application must not grow with their number.
func BenchmarkApplications(b *testing.B) {
	for _, n := range []int{100, 300, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			treetest.Generate(b, dir, n)
			treetest.PerApplication(b, n, func() { rendered(b, dir, runtime.GOMAXPROCS(0)) })
		})
	}
}

// BenchmarkKustomizeCommand runs "kustomize build" for each path of such a tree, which
// is what Argo CD does, and finds nothing that is wrong but what stops kustomize.
func BenchmarkKustomizeCommand(b *testing.B) {
	const n = 100
	dir := b.TempDir()
	program := treetest.Tool(b, "../../../..", "kustomize", "sigs.k8s.io/kustomize/kustomize/v5")
	treetest.Generate(b, dir, n)
	treetest.PerApplication(b, n, func() {
		for i := range n {
			cmd := exec.Command(program, "build", fmt.Sprintf("apps/app-%04d/overlays/kind", i))
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
		}
	})
}
