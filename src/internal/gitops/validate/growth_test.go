package validate_test

import (
	"runtime"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

// What is allocated is what the time goes into, and does not depend on what else this
// machine does.
func TestWorkForEachApplicationDoesNotGrowWithTheirNumber(t *testing.T) {
	dir := t.TempDir()
	treetest.Generate(t, dir, 5)
	rendered(t, dir, 1) // what is read once in a process
	allocated := func(n int) float64 {
		dir := t.TempDir()
		treetest.Generate(t, dir, n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rendered(t, dir, 1)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	}
	few, many := allocated(25), allocated(200)
	if many > 1.15*few {
		t.Errorf("%.0f bytes for each of 200 Applications, %.0f for each of 25", many, few)
	}
	t.Logf("%.0f KB for each of 25 Applications, %.0f KB for each of 200", few/1024, many/1024)
}
