package check_test

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/loader"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/bitpin/exchange/src/internal/gitops/check"
)

// policies reads all of policy as the opa command does, tests included.
func policies(t *testing.T) *loader.Result {
	t.Helper()
	loaded, err := loader.NewFileLoader().WithProcessAnnotation(true).All([]string{filepath.Join(root, check.Dir)})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// TestRegoIsTestedInWhole runs "opa test": all tests pass, and they cover every line.
func TestRegoIsTestedInWhole(t *testing.T) {
	t.Parallel()
	loaded := policies(t)
	store, err := loaded.Store()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Abort(ctx, txn)
	coverage := cover.New()
	compiler := ast.NewCompiler().WithStrict(true)
	modules := loaded.ParsedModules()
	results, err := tester.NewRunner().SetCompiler(compiler).SetStore(store).SetModules(modules).
		SetCoverageQueryTracer(coverage).RaiseBuiltinErrors(true).RunTests(ctx, txn)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for result := range results {
		if count++; !result.Pass() {
			t.Errorf("%s: %s", result.Location, result)
		}
	}
	if count < len(realTree(t).policies.Rules()) {
		t.Errorf("%d tests are fewer than there are rules", count)
	}
	report := coverage.Report(modules)
	for _, name := range slices.Sorted(maps.Keys(report.Files)) {
		for _, missed := range report.Files[name].NotCovered {
			t.Errorf("%s:%d-%d is not covered", name, missed.Start.Row, missed.End.Row)
		}
	}
}

// TestEveryRuleHasTestsThatPassAndFail holds rules to both.
func TestEveryRuleHasTestsThatPassAndFail(t *testing.T) {
	t.Parallel()
	for _, rule := range realTree(t).policies.Rules() {
		name := filepath.Join(root, strings.TrimSuffix(rule.File, ".rego")+"_test.rego")
		content, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range []string{"test_passes", "test_fails", "deny == expected", "deny == set()"} {
			if !strings.Contains(string(content), want) {
				t.Errorf("%s: has no %s", name, want)
			}
		}
	}
}

func TestRegoIsFormatted(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(filepath.Join(root, check.Dir), func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".rego" {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		want, err := format.Source(name, content)
		if err == nil && !bytes.Equal(want, content) {
			t.Errorf("%s is not formatted: opa fmt -w policy", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestIndexAndPagesAreFresh(t *testing.T) {
	t.Parallel()
	r := realTree(t)
	index, err := r.files.Read(check.IndexFile)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := r.policies.Pages(string(index))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pages {
		if have, err := r.files.Read(name); err != nil || string(have) != want {
			t.Errorf("%s is stale: run `make generate` (%v)", name, err)
		}
	}
	err = r.files.Walk(check.Dir, func(name string) error {
		if _, known := pages[name]; !known && strings.HasSuffix(name, ".md") {
			t.Errorf("%s describes no rule", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnIndexWithoutItsLinesIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := realTree(t).policies.Pages("# policy\n"); err == nil {
		t.Error("it is accepted")
	}
}
