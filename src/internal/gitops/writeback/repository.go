package writeback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path"
	"strings"
)

// Repository is a clone whose tree lies in a directory. Paths are relative to that, as in
// package tree.
type Repository struct {
	// Dir is the directory.
	Dir         string
	top, prefix string
}

// Open finds the clone that a directory belongs to. It must have its whole history.
func Open(ctx context.Context, dir string) (*Repository, error) {
	r := &Repository{Dir: dir, top: dir}
	out, err := r.git(ctx, "rev-parse", "--is-shallow-repository", "--show-toplevel", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("opening the Git repository of %s: %w", dir, err)
	}
	lines := strings.Split(out+"\n", "\n")
	if lines[0] == "true" {
		return nil, fmt.Errorf("the clone in %s is shallow, and its history says which versions there were: fetch the rest (git fetch --unshallow --tags)", dir)
	}
	r.top, r.prefix = lines[1], lines[2]
	return r, nil
}

// Head is the commit that is checked out.
func (r *Repository) Head(ctx context.Context) (string, error) {
	return r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
}

// Resolve returns the commit of a ref or of the beginning of a hash, "" if there is none.
func (r *Repository) Resolve(ctx context.Context, name string) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if exitCode(err) == 1 || exitCode(err) == 128 {
		return "", nil
	}
	return commit, err
}

// IsAncestor says whether the second commit was made upon the first.
func (r *Repository) IsAncestor(ctx context.Context, ancestor, descendant string) (bool, error) {
	_, err := r.git(ctx, "merge-base", "--is-ancestor", ancestor, descendant)
	if exitCode(err) == 1 {
		return false, nil
	}
	return err == nil, err
}

// exitCode is what git ended with, 0 if that is not why it failed.
func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// entry is what is at a path of a commit.
type entry struct{ mode, kind, object, name string }

func (r *Repository) entries(ctx context.Context, commit, name string) ([]entry, error) {
	out, err := r.git(ctx, "ls-tree", "-z", "--full-tree", commit, "--", name)
	if err != nil {
		return nil, err
	}
	var found []entry
	for line := range strings.SplitSeq(strings.TrimRight(out, "\x00"), "\x00") {
		left, name, ok := strings.Cut(line, "\t")
		if fields := strings.Fields(left); ok && len(fields) == 3 {
			found = append(found, entry{fields[0], fields[1], fields[2], path.Base(name)})
		}
	}
	return found, nil
}

// file finds a file of a commit. The error matches fs.ErrNotExist.
func (r *Repository) file(ctx context.Context, commit, name string) (entry, error) {
	found, err := r.entries(ctx, commit, r.prefix+name)
	if err != nil {
		return entry{}, err
	}
	if len(found) != 1 || found[0].kind != "blob" || found[0].mode == "120000" {
		return entry{}, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return found[0], nil
}

// At returns the files of a commit.
func (r *Repository) At(commit string) Files { return commitFiles{r, commit} }

type commitFiles struct {
	repository *Repository
	commit     string
}

func (c commitFiles) Read(ctx context.Context, name string) ([]byte, error) {
	found, err := c.repository.file(ctx, c.commit, name)
	if err != nil {
		return nil, err
	}
	return call{}.run(ctx, c.repository.top, "cat-file", "blob", found.object)
}

func (c commitFiles) List(ctx context.Context, dir string) ([]string, error) {
	found, err := c.repository.entries(ctx, c.commit, c.repository.prefix+dir+"/")
	var names []string
	for _, e := range found {
		names = append(names, e.name)
	}
	return names, err
}

// Changed returns the paths that differ between two commits; what is outside the
// directory begins with "/", the repository's root.
func (r *Repository) Changed(ctx context.Context, base, commit string) ([]string, error) {
	out, err := call{}.run(ctx, r.top, "diff-tree", "-r", "-z", "--name-only", "--no-renames", base, commit)
	if err != nil {
		return nil, err
	}
	var names []string
	for name := range bytes.SplitSeq(bytes.TrimRight(out, "\x00"), []byte{0}) {
		if len(name) == 0 {
			continue
		}
		if inside, ok := strings.CutPrefix(string(name), r.prefix); ok {
			names = append(names, inside)
		} else {
			names = append(names, "/"+string(name))
		}
	}
	return names, nil
}
