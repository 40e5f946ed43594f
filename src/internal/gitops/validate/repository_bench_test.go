package validate_test

import (
	"runtime"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
)

// BenchmarkRepository renders and validates all clusters of this repository.
func BenchmarkRepository(b *testing.B) {
	for b.Loop() {
		files, err := tree.Open("../../../..")
		if err != nil {
			b.Fatal(err)
		}
		whole, err := validate.Tree(b.Context(), source.NewReader(files), render.Options{Jobs: runtime.GOMAXPROCS(0)})
		if err != nil {
			b.Fatal(err)
		}
		if len(whole.Findings) > 0 {
			b.Fatal(whole.Findings)
		}
	}
}
