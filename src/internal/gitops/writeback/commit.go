package writeback

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Commit makes a commit upon another, in the object store alone. It is signed if git has a
// key to sign with.
func (r *Repository) Commit(ctx context.Context, base string, change *Change) (string, error) {
	dir, err := os.MkdirTemp("", "gitops-index-")
	if err != nil {
		return "", fmt.Errorf("making a commit: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	c := call{env: []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}}
	if _, err := c.run(ctx, r.top, "read-tree", base); err != nil {
		return "", fmt.Errorf("making a commit: %w", err)
	}
	for _, e := range change.Edits {
		if err := r.stage(ctx, c, base, e); err != nil {
			return "", fmt.Errorf("making a commit: %s: %w", e.Path, err)
		}
	}
	tree, err := c.run(ctx, r.top, "write-tree")
	if err != nil {
		return "", fmt.Errorf("making a commit: %w", err)
	}
	args := []string{"commit-tree", "-p", base, "-F", "-"}
	if r.signs(ctx) {
		args = append(args, "-S")
	}
	c.stdin = []byte(change.Message)
	commit, err := c.run(ctx, r.top, append(args, strings.TrimSpace(string(tree)))...)
	if err != nil {
		return "", fmt.Errorf("making a commit: %w", err)
	}
	return strings.TrimSpace(string(commit)), nil
}

// stage puts an edit into the call's index.
func (r *Repository) stage(ctx context.Context, c call, base string, e Edit) error {
	name := r.prefix + e.Path
	if e.Content == nil {
		_, err := c.run(ctx, r.top, "update-index", "--force-remove", "--", name)
		return err
	}
	mode := "100644"
	switch old, err := r.file(ctx, base, e.Path); {
	case err == nil:
		mode = old.mode
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	object, err := call{stdin: e.Content}.run(ctx, r.top, "hash-object", "-w", "--no-filters", "--stdin")
	if err != nil {
		return err
	}
	_, err = c.run(ctx, r.top, "update-index", "--add", "--cacheinfo", mode+","+strings.TrimSpace(string(object))+","+name)
	return err
}

// signs says whether git is set up to sign commits. commit-tree itself does not look.
func (r *Repository) signs(ctx context.Context) bool {
	wanted, err := r.git(ctx, "config", "--type=bool", "--get", "commit.gpgSign")
	if err == nil {
		return wanted == "true"
	}
	key, err := r.git(ctx, "config", "--get", "user.signingKey")
	return err == nil && key != ""
}

// Branch makes a branch of the clone. It must not be there yet.
func (r *Repository) Branch(ctx context.Context, name, commit string) error {
	if err := r.validBranch(ctx, name); err != nil {
		return err
	}
	if _, err := r.git(ctx, "update-ref", "--create-reflog", "refs/heads/"+name, commit, strings.Repeat("0", len(commit))); err != nil {
		return fmt.Errorf("making the branch %s: %w", name, err)
	}
	return nil
}

func (r *Repository) validBranch(ctx context.Context, name string) error {
	if _, err := r.git(ctx, "check-ref-format", "refs/heads/"+name); err != nil || strings.HasPrefix(name, "-") {
		return fmt.Errorf("%q is no name of a branch", name)
	}
	return nil
}
