package tree_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// repository makes a Git repository with some files and links, and returns its work
// tree. Contents that start with "->" are links.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if len(content) > 2 && content[:2] == "->" {
			err = os.Symlink(content[2:], file)
		} else {
			err = os.WriteFile(file, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-q", "-m", "files"}} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
	}
	return dir
}

var files = map[string]string{
	"app/one.yaml":       "one",
	"app/deep/two.yaml":  "two",
	"app/link.yaml":      "->deep/two.yaml",
	"alias":              "->app/deep",
	"app/out.yaml":       "->../../outside.yaml",
	"app/absolute.yaml":  "->/etc/passwd",
	"app/loop.yaml":      "->loop.yaml",
	"app/nowhere.yaml":   "->missing.yaml",
	"app/through.yaml":   "->../alias/two.yaml",
	"app/.hidden/x.yaml": "hidden",
}

// each runs a test on the work tree and on the same files in Git.
func each(t *testing.T, test func(t *testing.T, files *tree.Tree)) {
	t.Helper()
	dir := repository(t, files)
	work, err := tree.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := tree.At(dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]*tree.Tree{"work tree": work, "Git": committed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, files)
		})
	}
}

func TestLinksAreFollowedInside(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, files *tree.Tree) {
		for name, want := range map[string]string{
			"app/one.yaml":          "one",
			"app/link.yaml":         "two",
			"alias/two.yaml":        "two",
			"app/through.yaml":      "two",
			"app/../app/./one.yaml": "one",
		} {
			if got, err := files.Read(name); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v; want %q", name, got, err, want)
			}
		}
		if path, kind, err := files.Resolve("alias/two.yaml"); path != "app/deep/two.yaml" || kind != tree.File || err != nil {
			t.Errorf("alias/two.yaml is %s, %v, %v", path, kind, err)
		}
	})
}

func TestNothingOutsideIsRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, files *tree.Tree) {
		for _, name := range []string{"app/out.yaml", "app/absolute.yaml", "../outside.yaml", "/etc/passwd", "app/../../x"} {
			_, err := files.Read(name)
			var escape *tree.EscapeError
			if !errors.As(err, &escape) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestWhatIsNotThereIsSaidSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, files *tree.Tree) {
		for _, name := range []string{"app/three.yaml", "app/nowhere.yaml", "app/one.yaml/more", "none/at/all", "app"} {
			if _, err := files.Read(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := files.Read("app/loop.yaml"); err == nil {
			t.Error("a link to itself was read")
		}
	})
}

func TestWalkVisitsFilesInOrderAndNoHiddenOnes(t *testing.T) {
	t.Parallel()
	dir := repository(t, map[string]string{"b/2.yaml": "", "b/1.yaml": "", "a.yaml": "", "c": "->b", "d.yaml": "->b/1.yaml", ".git2/x": ""})
	for name, open := range map[string]func() (*tree.Tree, error){
		"work tree": func() (*tree.Tree, error) { return tree.Open(dir) },
		"Git":       func() (*tree.Tree, error) { return tree.At(dir, "HEAD") },
	} {
		files, err := open()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if err := files.Walk(".", func(name string) error { got = append(got, name); return nil }); err != nil {
			t.Fatal(err)
		}
		if want := []string{"a.yaml", "b/1.yaml", "b/2.yaml", "d.yaml"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestFileTooLargeIsRefusedWithoutReadingIt(t *testing.T) {
	t.Parallel()
	dir := repository(t, map[string]string{"big.yaml": string(make([]byte, tree.MaxFile+1)), "limit.yaml": string(make([]byte, tree.MaxFile))})
	work, err := tree.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := tree.At(dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]*tree.Tree{"work tree": work, "Git": committed} {
		if _, err := files.Read("big.yaml"); !errors.Is(err, tree.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if content, err := files.Read("limit.yaml"); err != nil || len(content) != tree.MaxFile {
			t.Errorf("%s: %d bytes, %v", name, len(content), err)
		}
	}
}

func TestGitShowsTheCommitAndNotTheWorkTree(t *testing.T) {
	t.Parallel()
	dir := repository(t, map[string]string{"sub/a.yaml": "committed"})
	if err := os.WriteFile(filepath.Join(dir, "sub", "a.yaml"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, root := range map[string]string{"sub/a.yaml": dir, "a.yaml": filepath.Join(dir, "sub")} {
		files, err := tree.At(root, "HEAD")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := files.Read(path); err != nil || string(got) != "committed" {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}

func TestUnknownRefSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := tree.At(repository(t, map[string]string{"a": ""}), "main2")
	if want := `no Git ref "main2" here: fetch it, with its commit, as a shallow clone has not (git fetch origin main2)`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
