package validate_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

// spent is the processor time of this process and of the children that it waited for.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var all time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			b.Fatal(err)
		}
		all += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return all
}

// perApplication runs work, and reports its time and processor time for each of n
// Applications.
func perApplication(b *testing.B, n int, work func()) {
	b.Helper()
	before := spent(b)
	for b.Loop() {
		work()
	}
	each := float64(b.N) * float64(n)
	b.ReportMetric(float64(b.Elapsed().Microseconds())/each, "µs/Application")
	b.ReportMetric(float64((spent(b)-before).Microseconds())/each, "cpu-µs/Application")
}

// BenchmarkApplications renders and validates generated trees. The time of one
// Application must not grow with their number.
func BenchmarkApplications(b *testing.B) {
	for _, n := range []int{100, 300, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			treetest.Generate(b, dir, n)
			perApplication(b, n, func() { rendered(b, dir, runtime.GOMAXPROCS(0)) })
		})
	}
}

// BenchmarkKustomizeCommand runs "kustomize build" for each path of such a tree, which
// is what Argo CD does, and finds nothing that is wrong but what stops kustomize.
func BenchmarkKustomizeCommand(b *testing.B) {
	const n = 100
	dir := b.TempDir()
	program := filepath.Join(dir, "kustomize")
	build := exec.Command("go", "build", "-mod=readonly", "-o", program, "sigs.k8s.io/kustomize/kustomize/v5")
	build.Dir, build.Env = "../../../../tests/tools/kustomize", append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building kustomize: %v\n%s", err, out)
	}
	treetest.Generate(b, dir, n)
	perApplication(b, n, func() {
		for i := range n {
			cmd := exec.Command(program, "build", fmt.Sprintf("apps/app-%04d/overlays/kind", i))
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
		}
	})
}
