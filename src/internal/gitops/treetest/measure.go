package treetest

import (
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"
	"time"
)

// PerApplication runs work as the program would, which collects garbage less often than
// a test does, and reports its time and processor time for each of n Applications.
func PerApplication(b *testing.B, n int, work func()) {
	b.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(600))
	before := spent(b)
	for b.Loop() {
		work()
	}
	each := float64(b.N) * float64(n)
	b.ReportMetric(float64(b.Elapsed().Microseconds())/each, "µs/Application")
	b.ReportMetric(float64((spent(b)-before).Microseconds())/each, "cpu-µs/Application")
}

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

// Tool builds the program of a package from the module in the repository's tests/tools
// that pins it.
func Tool(tb testing.TB, root, name, path string) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), name)
	cmd := exec.CommandContext(tb.Context(), "go", "build", "-mod=readonly", "-o", program, path) //nolint:gosec // a tool that a test names
	cmd.Dir = filepath.Join(root, "tests", "tools", name)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("building %s: %v\n%s", name, err, out)
	}
	return program
}
