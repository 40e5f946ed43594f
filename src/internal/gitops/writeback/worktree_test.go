package writeback_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// several plans to change a file, to make one and to remove one.
func several(context.Context, string, writeback.Files) (*writeback.Change, error) {
	return &writeback.Change{Edits: []writeback.Edit{{Path: "a", Content: []byte("2")}, {Path: "new", Content: []byte("1")}, {Path: "gone"}}}, nil
}

func TestAnEditChangesTheWorkTreeAndCommitsNothing(t *testing.T) {
	clone := newRemote(t, map[string]string{"a": "1", "gone": "1"}).clone(t)
	head := git(t, clone.Dir, "rev-parse", "HEAD")
	if err := os.Chmod(filepath.Join(clone.Dir, "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	change, err := clone.Edit(t.Context(), several, func(context.Context) error { return nil })
	if err != nil || change == nil {
		t.Fatal(err)
	}
	if got := git(t, clone.Dir, "status", "--porcelain"); got != "M a\n D gone\n?? new" {
		t.Errorf("status:\n%s", got)
	}
	if info, err := os.Stat(filepath.Join(clone.Dir, "a")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("mode: %v, %v", info.Mode(), err)
	}
	if git(t, clone.Dir, "rev-parse", "HEAD") != head {
		t.Error("there is a commit")
	}
}

func TestAnEditThatIsRefusedIsUndone(t *testing.T) {
	clone := newRemote(t, map[string]string{"a": "1", "gone": "1"}).clone(t)
	write(t, clone.Dir, "a", "not committed")
	before := state(t, clone.Dir)
	refused := errors.New("refused")
	if _, err := clone.Edit(t.Context(), several, func(context.Context) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	if now := state(t, clone.Dir); now != before {
		t.Errorf("before:\n%s\nnow:\n%s", before, now)
	}
}
