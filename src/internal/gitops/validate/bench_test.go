package validate_test

import (
	"fmt"
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
			rendered(b, dir, 1) // kustomize's schema is read once in a process
			for b.Loop() {
				rendered(b, dir, runtime.GOMAXPROCS(0))
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/Application")
		})
	}
}
