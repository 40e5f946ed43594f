package writeback_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// remote is a bare repository with a branch main of one commit.
type remote struct{ dir string }

// environment keeps the machine's own settings out.
func environment(t *testing.T) {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Delivery")
		t.Setenv("GIT_"+who+"_EMAIL", "delivery@example.com")
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func newRemote(t *testing.T, files map[string]string) remote {
	t.Helper()
	environment(t)
	r := remote{filepath.Join(t.TempDir(), "exchange.git")}
	git(t, t.TempDir(), "init", "--quiet", "--bare", "--initial-branch=main", r.dir)
	seed := t.TempDir()
	git(t, seed, "init", "--quiet", "--initial-branch=main")
	for name, text := range files {
		write(t, seed, name, text)
	}
	git(t, seed, "add", "--all")
	git(t, seed, "commit", "--quiet", "--message", "Begin")
	git(t, seed, "push", "--quiet", r.dir, "main")
	return r
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (r remote) clone(t *testing.T) *writeback.Repository {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "clone", "--quiet", r.dir, ".")
	return open(t, dir)
}

func open(t *testing.T, dir string) *writeback.Repository {
	t.Helper()
	repository, err := writeback.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return repository
}

func (r remote) show(t *testing.T, name string) string { return git(t, r.dir, "show", "main:"+name) }

// set plans to give a file a text.
func set(name, text string) writeback.Plan {
	return func(ctx context.Context, _ string, files writeback.Files) (*writeback.Change, error) {
		old, err := files.Read(ctx, name)
		switch {
		case err == nil && string(old) == text:
			return nil, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		return &writeback.Change{Message: "Set " + name, Edits: []writeback.Edit{{Path: name, Content: []byte(text)}}}, nil
	}
}

var toMain = writeback.Options{Remote: "origin", Branch: "main"}

func TestAShallowCloneIsRefused(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	dir := t.TempDir()
	git(t, dir, "clone", "--quiet", "--depth=1", "file://"+r.dir, ".")
	if _, err := writeback.Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "git fetch --unshallow") {
		t.Errorf("%v, want what to do", err)
	}
}

func TestADirectoryWithoutGitIsRefused(t *testing.T) {
	environment(t)
	if _, err := writeback.Open(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("%v", err)
	}
}

func TestHistoryTellsWhatTheBranchWas(t *testing.T) {
	r := newRemote(t, map[string]string{"tree/d/a": "1", "other": "1"})
	clone := t.TempDir()
	git(t, clone, "clone", "--quiet", r.dir, ".")
	commit := func(name, text, message string) {
		t.Helper()
		write(t, clone, name, text)
		git(t, clone, "add", "--all")
		git(t, clone, "commit", "--quiet", "--message", message)
	}
	git(t, clone, "switch", "--quiet", "--create", "side")
	commit("tree/d/a", "tried on a branch", "Try")
	commit("tree/d/a", "2", "Two")
	git(t, clone, "switch", "--quiet", "main")
	git(t, clone, "merge", "--quiet", "--no-ff", "--message", "Merge", "side")
	commit("other", "2", "Other")
	commit("tree/d/b", "multiple\nlines\n", "B")

	repository := open(t, filepath.Join(clone, "tree"))
	head, err := repository.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	versions, err := repository.History(t.Context(), head, "d")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range versions {
		got = append(got, v.Path+"="+string(v.Content))
	}
	if diff := cmp.Diff([]string{"d/b=multiple\nlines\n", "d/a=2", "d/a=1"}, got); diff != "" {
		t.Error(diff)
	}
	names, err := repository.At(head).List(t.Context(), "d")
	if err != nil || !cmp.Equal(names, []string{"a", "b"}) {
		t.Errorf("files %v, %v", names, err)
	}
	subjects, count, err := repository.Log(t.Context(), "", head, 2, "d")
	if err != nil || count != 4 || len(subjects) != 2 || subjects[0].Text != "B" || subjects[1].Text != "Two" {
		t.Errorf("log %v of %d, %v", subjects, count, err)
	}
}
