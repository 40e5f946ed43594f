package check_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/check"
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
	perApplication(b, 1, func() { checked(b, program, root) })
}

// BenchmarkApplications checks generated trees. The time of one Application must not grow
// with their number.
func BenchmarkApplications(b *testing.B) {
	program := gitops(b)
	for _, n := range []int{100, 300, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := generated(b, n)
			perApplication(b, n, func() { checked(b, program, dir) })
		})
	}
}

// BenchmarkKustomizeAndConftest runs "kustomize build" and "conftest test" for each path
// of such a tree, as is usual. What one object says of another cannot be found so.
func BenchmarkKustomizeAndConftest(b *testing.B) {
	const n = 20
	dir := generated(b, n)
	kustomize := built(b, "kustomize", "sigs.k8s.io/kustomize/kustomize/v5")
	conftest := built(b, "conftest", "github.com/open-policy-agent/conftest")
	perApplication(b, n, func() {
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

// built builds a tool from the module that pins it.
func built(t testing.TB, name, path string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-mod=readonly", "-o", program, path)
	cmd.Dir, cmd.Env = filepath.Join(root, "tests", "tools", name), append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", name, err, out)
	}
	return program
}
