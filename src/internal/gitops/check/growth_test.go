package check_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

// generated makes a tree of n Applications, with this repository's policies.
func generated(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	treetest.Generate(t, dir, n)
	if err := os.CopyFS(filepath.Join(dir, check.Dir), os.DirFS(filepath.Join(root, check.Dir))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestWorkOfTheRulesForEachApplicationDoesNotGrow compares 50 Applications with 400 by
// what is allocated, which does not depend on what else this machine does. A rule that
// looks for each object at all others allocates eight times as much for each.
func TestWorkOfTheRulesForEachApplicationDoesNotGrow(t *testing.T) {
	allocated := func(n int) float64 {
		files, err := tree.Open(generated(t, n))
		if err != nil {
			t.Fatal(err)
		}
		policies, err := check.Load(files)
		if err != nil {
			t.Fatal(err)
		}
		clusters, err := check.Render(t.Context(), files, check.Options{Jobs: 2})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := policies.Evaluate(t.Context(), clusters, 1); err != nil { // what is prepared once
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := policies.Evaluate(t.Context(), clusters, 1); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	}
	few, many := allocated(50), allocated(400)
	t.Logf("%.0f KB for each of 50 Applications, %.0f KB for each of 400", few/1024, many/1024)
	if many > 1.25*few {
		t.Errorf("%.0f bytes for each of 400 Applications, %.0f for each of 50", many, few)
	}
}

// TestCheckOfThisRepositoryAllocatesLittle holds down what a check of the real tree with
// all its CustomResourceDefinitions takes: about 500 KB an object. It was twice that when
// each cluster read their schemas anew.
func TestCheckOfThisRepositoryAllocatesLittle(t *testing.T) {
	const most = 700 << 10
	files, err := tree.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found, err := check.Run(t.Context(), files, check.Options{Jobs: 2, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / uint64(found.Objects)
	t.Logf("%d KB for each of %d objects", each>>10, found.Objects)
	if each > most {
		t.Errorf("%d bytes for each of %d objects, more than %d", each, found.Objects, most)
	}
}

// TestCheckTakesATenthOfKustomizeAndConftest compares processor time, which a busy
// machine does not change much, of checking a path by one process for all and by two for
// each.
func TestCheckTakesATenthOfKustomizeAndConftest(t *testing.T) {
	const many, few = 100, 3
	dir := generated(t, many)
	program := filepath.Join(t.TempDir(), "gitops")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./src/cmd/gitops")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building gitops: %v\n%s", err, out)
	}
	ours := ran(t, dir, 1, program, "check") / many

	kustomize := treetest.Tool(t, root, "kustomize", "sigs.k8s.io/kustomize/kustomize/v5")
	conftest := treetest.Tool(t, root, "conftest", "github.com/open-policy-agent/conftest")
	var theirs time.Duration
	for i := range few {
		objects := filepath.Join(t.TempDir(), "objects.yaml")
		theirs += ran(t, dir, 0, kustomize, "build", "--output", objects, fmt.Sprintf("apps/app-%04d/overlays/kind", i))
		theirs += ran(t, dir, 1, conftest, "test", "--policy", check.Dir, "--data", check.Dir, "--all-namespaces", objects)
	}
	theirs /= few
	t.Logf("gitops check takes %v of processor time for an Application, kustomize and conftest %v: %.0f times as long", ours, theirs, float64(theirs)/float64(ours))
	if theirs < 10*ours {
		t.Errorf("gitops check takes %v for an Application, kustomize and conftest %v: less than ten times as long", ours, theirs)
	}
}

// ran runs a program, which may also exit with another code, and returns its time on
// processors.
func ran(t *testing.T, dir string, other int, program string, args ...string) time.Duration {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState.ExitCode() != other {
		t.Fatalf("%s: %v\n%s", filepath.Base(program), err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
