package cluster

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// workTree makes a repository with one commit and uncommitted changes.
func workTree(t *testing.T) *Lab {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{".gitignore": "/.local/\nsecret\n", "kept": "1\n", "removed": "1\n"} {
		writeFile(t, filepath.Join(root, name), text)
	}
	command(t, root, "git", "init", "--quiet", "--initial-branch=work")
	command(t, root, "git", "add", "--all")
	command(t, root, "git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "One")
	writeFile(t, filepath.Join(root, "kept"), "2\n")
	writeFile(t, filepath.Join(root, "new"), "1\n")
	writeFile(t, filepath.Join(root, "secret"), "1\n")
	if err := os.Remove(filepath.Join(root, "removed")); err != nil {
		t.Fatal(err)
	}
	l := &Lab{Root: root, Out: io.Discard}
	if err := os.MkdirAll(l.dir(), 0o700); err != nil {
		t.Fatal(err)
	}
	return l
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func command(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", program, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func nothing(string) error { return nil }

func TestSnapshotHoldsWhatIsNotCommittedYet(t *testing.T) {
	t.Parallel()
	l := workTree(t)
	commit, err := l.snapshot(t.Context(), nothing)
	if err != nil {
		t.Fatal(err)
	}
	if files := command(t, l.Root, "git", "--git-dir", l.Repository(), "ls-tree", "-r", "--name-only", commit); files != ".gitignore\nkept\nnew" {
		t.Errorf("the snapshot holds %q", files)
	}
	if text := command(t, l.Root, "git", "--git-dir", l.Repository(), "show", "main:kept"); text != "2" {
		t.Errorf("kept is %q in the snapshot", text)
	}
}

func TestSnapshotGoesOnWhereGitWasKilled(t *testing.T) {
	t.Parallel()
	l := workTree(t)
	writeFile(t, filepath.Join(l.Repository(), "index.lock"), "") // and no repository around it
	if _, err := l.snapshot(t.Context(), nothing); err != nil {
		t.Error(err)
	}
	writeFile(t, filepath.Join(l.Root, "new"), "2\n")
	writeFile(t, filepath.Join(l.Repository(), "refs", "heads", "main.lock"), "")
	if _, err := l.snapshot(t.Context(), nothing); err != nil {
		t.Error(err)
	}
}

func TestSnapshotLeavesTheUsersRepositoryAlone(t *testing.T) {
	t.Parallel()
	l := workTree(t)
	state := func() string {
		return command(t, l.Root, "git", "for-each-ref") + command(t, l.Root, "git", "status", "--porcelain") + command(t, l.Root, "git", "count-objects")
	}
	before := state()
	if _, err := l.snapshot(t.Context(), nothing); err != nil {
		t.Fatal(err)
	}
	if after := state(); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func TestUnchangedWorkTreeMakesNoSecondCommit(t *testing.T) {
	t.Parallel()
	l := workTree(t)
	edit := func(tree string) error { return os.WriteFile(filepath.Join(tree, "kept"), []byte("fitted"), 0o600) }
	first, err := l.snapshot(t.Context(), edit)
	if err != nil {
		t.Fatal(err)
	}
	second, err := l.snapshot(t.Context(), edit)
	if err != nil || second != first {
		t.Errorf("commits %s and %s, %v", first, second, err)
	}
	writeFile(t, filepath.Join(l.Root, "new"), "2\n")
	third, err := l.snapshot(t.Context(), edit)
	if err != nil || third == second {
		t.Errorf("a change made no commit: %v", err)
	}
	if parent := command(t, l.Root, "git", "--git-dir", l.Repository(), "rev-parse", third+"^"); parent != second {
		t.Errorf("the snapshot's parent is %s, want the one before", parent)
	}
	if text := command(t, l.Root, "git", "--git-dir", l.Repository(), "show", "main:kept"); text != "fitted" {
		t.Errorf("kept is %q, want what fits this machine", text)
	}
}
