package airgap_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/bitpin/exchange/src/lab/airgap"
	"github.com/bitpin/exchange/src/lab/lock"
)

const helloRecipe = `references: [example.com/hello:1]
programs:
  - package: .
    path: /usr/bin/hello
entrypoint: [/usr/bin/hello]
user: "1:1"
`

// folder makes a directory with one image's folder in it, and returns the former.
func folder(t *testing.T, recipe, program string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "hello", airgap.RecipeFile), recipe)
	write(t, filepath.Join(dir, "hello", "go.mod"), "module example.com/hello\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "hello", "main.go"), program)
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// built is what a build came to, and what it said meanwhile.
type built struct {
	image airgap.Image
	said  string
	err   error
}

func build(t *testing.T, dir, cache string) built {
	t.Helper()
	recipes, err := airgap.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var said strings.Builder
	b, err := airgap.Open(cache, 2, func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(&said, format+"\n", args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	images, err := b.Build(t.Context(), recipes)
	return built{images[0], said.String(), err}
}

func TestImageOfAProgramIsBuiltOnce(t *testing.T) {
	t.Parallel()
	dir, cache := folder(t, helloRecipe, "package main\n\nfunc main() {}\n"), t.TempDir()
	first := build(t, dir, cache)
	if first.err != nil {
		t.Fatal(first.err)
	}
	image, err := tarball.ImageFromPath(first.image.File, nil)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Config.User != "1:1" || config.Config.Entrypoint[0] != "/usr/bin/hello" || config.OS != "linux" {
		t.Errorf("the image's config is %+v", config)
	}
	second := build(t, dir, cache)
	if second.err != nil || !second.image.Cached || second.said != "" || second.image.File != first.image.File {
		t.Errorf("the second time: %+v; want the image of the first time, without a word", second)
	}
}

func TestChangedSourceIsAnotherImage(t *testing.T) {
	t.Parallel()
	dir, cache := folder(t, helloRecipe, "package main\n\nfunc main() {}\n"), t.TempDir()
	before := build(t, dir, cache)
	write(t, filepath.Join(dir, "hello", "README.md"), "Only words.\n")
	if same := build(t, dir, cache); !same.image.Cached {
		t.Error("a README made another image")
	}
	write(t, filepath.Join(dir, "hello", "main.go"), "package main\n\nfunc main() { println() }\n")
	after := build(t, dir, cache)
	if err := errors.Join(before.err, after.err); err != nil || after.image.Key == before.image.Key {
		t.Errorf("after a change of the source: %v, keys %s and %s", err, before.image.Key, after.image.Key)
	}
}

func TestFailedBuildNamesTheImageAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	dir, cache := folder(t, helloRecipe, "package main\n\nfunc main() { missing() }\n"), t.TempDir()
	failed := build(t, dir, cache)
	var problem *airgap.BuildError
	if !errors.As(failed.err, &problem) || problem.Image != "hello" || !strings.Contains(failed.err.Error(), "undefined: missing") {
		t.Fatalf("%v; want the image's name and the compiler's words", failed.err)
	}
	write(t, filepath.Join(dir, "hello", "main.go"), "package main\n\nfunc main() {}\n")
	if repaired := build(t, dir, cache); repaired.err != nil || repaired.image.Cached {
		t.Errorf("once repaired: %+v", repaired)
	}
	left, err := filepath.Glob(filepath.Join(cache, "unfinished-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWhatAKilledBuildLeftIsRemoved(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	left := filepath.Join(cache, "unfinished-overlay-1")
	write(t, filepath.Join(left, "merged", "file"), "")
	open(t, cache)
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", left, err)
	}
}

func TestImageThatNothingAsksForIsRemovedInTheEnd(t *testing.T) {
	t.Parallel()
	dir, cache := folder(t, helloRecipe, "package main\n\nfunc main() {}\n"), t.TempDir()
	current := build(t, dir, cache)
	stale := filepath.Join(cache, "hello-0123456789abcdef.tar")
	write(t, stale, "")
	old := time.Now().AddDate(0, -1, 0)
	if err := errors.Join(current.err, os.Chtimes(stale, old, old)); err != nil {
		t.Fatal(err)
	}
	if again := build(t, dir, cache); again.err != nil || !again.image.Cached {
		t.Errorf("the image that is asked for: %+v", again)
	}
	if _, err := os.Stat(stale); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", stale, err)
	}
}

func TestOneBuildsAtATime(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	b := open(t, cache)
	_, err := airgap.Open(cache, 1, t.Logf)
	var held *lock.HeldError
	if !errors.As(err, &held) || held.PID != os.Getpid() {
		t.Errorf("%v; want that this process holds it", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, cache)
}

func open(t *testing.T, cache string) *airgap.Builder {
	t.Helper()
	b, err := airgap.Open(cache, 1, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func TestBadRecipesAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ recipe, want string }{
		"unknown field":           {helloRecipe + "ports: [80]\n", "ports"},
		"no reference":            {"debian: [tini]\n", "references: name the image"},
		"reference without tag":   {"references: [example.com/hello]\ndebian: [tini]\n", "references"},
		"nothing in it":           {"references: [example.com/hello:1]\n", "needs programs or Debian packages"},
		"program at a bare name":  {"references: [example.com/hello:1]\nprograms: [{package: ., path: hello}]\n", "absolute path"},
		"module outside":          {"references: [example.com/hello:1]\nprograms: [{module: ../.., package: ., path: /hello}]\n", "not below"},
		"file outside its module": {helloRecipe + "files: [{module: example.com/hello, source: ../x, path: /x}]\n", "files:"},
		"link at a bare name":     {helloRecipe + "links: {alias: hello}\n", "not an absolute path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, test.recipe, "package main\n\nfunc main() {}\n")
			_, err := airgap.Load(dir)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "hello/image.yaml") {
				t.Errorf("%v; want the file and %q", err, test.want)
			}
		})
	}
}

func TestEveryImageOfTheTreeHasARecipeAndAReadme(t *testing.T) {
	t.Parallel()
	const dir = "../../../tests/airgap"
	recipes, err := airgap.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(dir, "*", ""))
	if err != nil {
		t.Fatal(err)
	}
	inside := 0
	for _, f := range folders {
		if info, err := os.Stat(f); err == nil && info.IsDir() {
			inside++
		}
	}
	if inside != len(recipes) {
		t.Errorf("%d folders, %d recipes", inside, len(recipes))
	}
	references := map[string]string{}
	for _, r := range recipes {
		if text, err := os.ReadFile(filepath.Join(r.Dir, "README.md")); err != nil || len(text) == 0 {
			t.Errorf("%s: no README.md says what it is: %v", r.Name, err)
		}
		for _, reference := range r.References {
			if other, taken := references[reference]; taken {
				t.Errorf("%s and %s are both called %s", other, r.Name, reference)
			}
			references[reference] = r.Name
		}
	}
}
