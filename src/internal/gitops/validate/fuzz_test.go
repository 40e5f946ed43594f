package validate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
)

const fixtures = "../../../../tests/fixtures"

// base returns the files of the base fixture.
func base(tb testing.TB) map[string][]byte {
	tb.Helper()
	files := map[string][]byte{}
	dir := filepath.Join(fixtures, "base")
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// FuzzTree puts any text in the place of a kustomization, a manifest, a patch and an
// Application: the outcome is objects or findings with places, and no panic.
func FuzzTree(f *testing.F) {
	names := []string{
		"apps/web/overlays/kind/kustomization.yaml", "apps/web/base/deployment.yaml",
		"apps/web/overlays/kind/deployment.yaml", "clusters/kind/web.yaml", "apps/web/base/kustomization.yaml",
	}
	entries, err := filepath.Glob(filepath.Join(fixtures, "*alid", "*"))
	if err != nil || len(entries) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, entry := range entries {
		for i, name := range names {
			if text, err := os.ReadFile(filepath.Join(entry, name)); err == nil {
				f.Add(uint8(i), string(text))
			}
		}
	}
	for i, name := range names {
		f.Add(uint8(i), string(base(f)[name]))
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		if len(text) > 1<<14 {
			return
		}
		files := base(t)
		files[names[int(which)%len(names)]] = []byte(text)
		whole, err := validate.Tree(t.Context(), source.NewReader(tree.Of(files)), render.Options{Jobs: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range whole.Findings {
			if finding.File == "" || finding.Message == "" || finding.Line < 0 {
				t.Errorf("a finding without place or message: %+v", finding)
			}
			if strings.Contains(finding.Message, "0xc") {
				t.Errorf("a finding with an address: %s", finding.Message)
			}
		}
	})
}
