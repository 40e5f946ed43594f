package writeback_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

// state is all of a clone that a user would miss: refs, index, work tree.
func state(t *testing.T, dir string) string {
	t.Helper()
	return git(t, dir, "for-each-ref") + "\n" + git(t, dir, "ls-files", "--stage") + "\n" + git(t, dir, "status", "--porcelain=v2", "--branch") + "\n" + git(t, dir, "diff")
}

func TestAPushTouchesNeitherWorkTreeNorIndexNorBranch(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1", "b": "1"})
	mine := r.clone(t)
	write(t, mine.Dir, "a", "not committed")
	write(t, mine.Dir, "b", "staged")
	git(t, mine.Dir, "add", "b")
	git(t, mine.Dir, "switch", "--quiet", "--create", "work")
	if _, err := r.clone(t).Push(t.Context(), toMain, set("c", "1")); err != nil {
		t.Fatal(err)
	}
	before := state(t, mine.Dir)

	result, err := mine.Push(t.Context(), toMain, set("a", "2"))
	if err != nil {
		t.Fatal(err)
	}
	if result.Commit != git(t, r.dir, "rev-parse", "main") || result.Base != git(t, r.dir, "rev-parse", "main^") {
		t.Errorf("%+v is not what the branch is now", result)
	}
	if got := r.show(t, "a") + r.show(t, "b") + r.show(t, "c"); got != "211" {
		t.Errorf("the branch holds %s", got)
	}
	// git push itself notes where the remote's branch is.
	git(t, mine.Dir, "update-ref", "refs/remotes/origin/main", strings.Fields(before)[0])
	if diff := cmp.Diff(before, state(t, mine.Dir)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingToChangeIsNoCommit(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	before := git(t, r.dir, "rev-parse", "main")
	result, err := r.clone(t).Push(t.Context(), toMain, set("a", "1"))
	if err != nil || result.Commit != "" || git(t, r.dir, "rev-parse", "main") != before {
		t.Errorf("%+v, %v", result, err)
	}
}

// Each writer has a file of its own, as the overlays of clusters have.
func TestTwentyWritersAtOnceAllLand(t *testing.T) {
	const writers = 20
	files := map[string]string{}
	for i := range writers {
		files[fmt.Sprintf("overlay-%02d", i)] = "old"
	}
	r := newRemote(t, files)
	results := make([]writeback.Result, writers)
	var group sync.WaitGroup
	for i := range writers {
		clone := r.clone(t)
		group.Go(func() {
			var err error
			if results[i], err = clone.Push(t.Context(), toMain, set(fmt.Sprintf("overlay-%02d", i), "new")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	most := 0
	for i, result := range results {
		most = max(most, result.Attempts)
		if got := r.show(t, fmt.Sprintf("overlay-%02d", i)); got != "new" {
			t.Errorf("overlay %d is %q: lost", i, got)
		}
	}
	if count := git(t, r.dir, "rev-list", "--count", "main"); count != fmt.Sprint(writers+1) {
		t.Errorf("%s commits", count)
	}
	if merges := git(t, r.dir, "rev-list", "--count", "--min-parents=2", "main"); merges != "0" {
		t.Errorf("%s merges: the history is not linear", merges)
	}
	t.Logf("%d attempts at most", most)
}

func TestAChangeIsPlannedAgainUponWhatOthersPushed(t *testing.T) {
	r := newRemote(t, map[string]string{"count": "0"})
	other := r.clone(t)
	planned := 0
	increment := func(ctx context.Context, _ string, files writeback.Files) (*writeback.Change, error) {
		planned++
		old, err := files.Read(ctx, "count")
		return &writeback.Change{Message: fmt.Sprint("Count ", planned), Edits: []writeback.Edit{{Path: "count", Content: append(old, '+')}}}, err
	}
	o := toMain
	times := 0
	o.Verify = func(ctx context.Context, _, _ string) error {
		if times++; times > 3 {
			return nil
		}
		_, err := other.Push(ctx, toMain, increment)
		return err
	}
	result, err := r.clone(t).Push(t.Context(), o, increment)
	if err != nil || result.Attempts != 4 || r.show(t, "count") != "0++++" {
		t.Errorf("%+v, %v: %s", result, err, r.show(t, "count"))
	}
}

func TestAWriterGivesUpWhenOthersAreFasterTenTimes(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	mine, other := r.clone(t), r.clone(t)
	before := state(t, mine.Dir)
	o := toMain
	times := 0
	o.Verify = func(ctx context.Context, _, _ string) error {
		times++
		_, err := other.Push(ctx, toMain, set("b", fmt.Sprint(times)))
		return err
	}
	_, err := mine.Push(t.Context(), o, set("a", "2"))
	var rejected *writeback.RejectedError
	if !errors.As(err, &rejected) || rejected.Attempts != 10 || times != 10 || !strings.Contains(err.Error(), "try again") {
		t.Errorf("%v after %d attempts", err, times)
	}
	if r.show(t, "a") != "1" || state(t, mine.Dir) != before {
		t.Error("something was changed")
	}
}

func TestWhatTheRemoteDeclinesIsNotTriedAgain(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	hook := filepath.Join(r.dir, "hooks", "pre-receive")
	if err := os.WriteFile(hook, []byte("#!/bin/sh\necho 'main is protected' >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	result, err := r.clone(t).Push(t.Context(), toMain, set("a", "2"))
	var declined *writeback.DeclinedError
	if !errors.As(err, &declined) || result.Attempts != 1 || !strings.Contains(declined.Reason, "main is protected") {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestNothingIsPushedThatIsNotVerified(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	clone := r.clone(t)
	refused := errors.New("refused")
	o := toMain
	o.Verify = func(ctx context.Context, base, commit string) error {
		changed, err := clone.Changed(ctx, base, commit)
		if err != nil || !cmp.Equal(changed, []string{"a"}) {
			t.Errorf("changed: %v, %v", changed, err)
		}
		return refused
	}
	if _, err := clone.Push(t.Context(), o, set("a", "2")); !errors.Is(err, refused) || r.show(t, "a") != "1" {
		t.Errorf("%v", err)
	}
}

func TestABranchForAPullRequest(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	clone := r.clone(t)
	o := toMain
	o.Target = "promote/a"
	first, err := clone.Push(t.Context(), o, set("a", "2"))
	if err != nil || git(t, r.dir, "rev-parse", "promote/a") != first.Commit || r.show(t, "a") != "1" {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := clone.Push(t.Context(), o, set("a", "2")); err != nil || again.Commit != first.Commit {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	var exists *writeback.BranchExistsError
	if _, err := clone.Push(t.Context(), o, set("a", "3")); !errors.As(err, &exists) || !strings.Contains(err.Error(), "git push origin --delete promote/a") {
		t.Errorf("another change under the same name: %v", err)
	}
}

func TestCommitsAreSignedWhenGitHasAKey(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Fatalf("git signs with it: %v", err)
	}
	r := newRemote(t, map[string]string{"a": "1"})
	key := filepath.Join(t.TempDir(), "key")
	if out, err := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	signers := filepath.Join(t.TempDir(), "signers")
	write(t, filepath.Dir(signers), "signers", "delivery@example.com "+string(public))
	clone := r.clone(t)
	git(t, clone.Dir, "config", "gpg.format", "ssh")
	git(t, clone.Dir, "config", "user.signingKey", key)
	result, err := clone.Push(t.Context(), toMain, set("a", "2"))
	if err != nil {
		t.Fatal(err)
	}
	git(t, clone.Dir, "-c", "gpg.ssh.allowedSignersFile="+signers, "verify-commit", result.Commit)
}

func TestWhatIsNoRemoteOrBranchIsNamed(t *testing.T) {
	r := newRemote(t, map[string]string{"a": "1"})
	clone := r.clone(t)
	for _, test := range []struct {
		options writeback.Options
		want    string
	}{
		{writeback.Options{Remote: "--upload-pack=x", Branch: "main"}, "is no remote"},
		{writeback.Options{Remote: "origin", Branch: "a..b"}, `"a..b" is no name of a branch`},
		{writeback.Options{Remote: "origin", Branch: "gone"}, `origin has no branch "gone"`},
		{writeback.Options{Remote: "elsewhere", Branch: "main"}, "asking elsewhere for main"},
	} {
		if _, err := clone.Push(t.Context(), test.options, set("a", "2")); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}
