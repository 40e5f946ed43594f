package tree

import (
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"sync"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// commit is a directory of a commit, read from the object store alone.
type commit struct {
	entries map[string]object.TreeEntry
	names   map[string][]string
	blob    func(plumbing.Hash) (*object.Blob, error)
	mu      sync.Mutex // go-git's storage serves one reader at a time
}

// At returns the files of a directory of this machine as they were at a Git ref: a
// branch, a tag, a commit. The work tree is not touched.
func At(dir, ref string) (*Tree, error) {
	repository, err := git.PlainOpenWithOptions(dir, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if err != nil {
		return nil, fmt.Errorf("opening the Git repository of %s: %w", dir, err)
	}
	prefix, err := below(repository, dir)
	if err != nil {
		return nil, err
	}
	hash, err := repository.ResolveRevision(plumbing.Revision(ref))
	if err != nil {
		return nil, fmt.Errorf("no Git ref %q here: fetch it, with its commit, as a shallow clone has not (git fetch origin %s)", ref, ref)
	}
	at, err := repository.CommitObject(*hash)
	if err != nil {
		return nil, fmt.Errorf("reading commit %s of %q: %w", hash, ref, err)
	}
	root, err := at.Tree()
	if err == nil && prefix != "." {
		root, err = root.Tree(prefix)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s at %q: %w", prefix, ref, err)
	}
	c := &commit{entries: map[string]object.TreeEntry{}, names: map[string][]string{}, blob: repository.BlobObject}
	if err := c.index(root); err != nil {
		return nil, fmt.Errorf("reading the files of %q: %w", ref, err)
	}
	return newTree(c), nil
}

// below is where a directory lies in its repository, "." for its root.
func below(repository *git.Repository, dir string) (string, error) {
	work, err := repository.Worktree()
	if err != nil {
		return "", fmt.Errorf("finding the repository's root: %w", err)
	}
	top, topErr := filepath.EvalSymlinks(work.Filesystem.Root())
	dir, absErr := filepath.Abs(dir)
	dir, dirErr := filepath.EvalSymlinks(dir)
	if err := errors.Join(topErr, absErr, dirErr); err != nil {
		return "", fmt.Errorf("finding the repository's root: %w", err)
	}
	prefix, err := filepath.Rel(top, dir)
	return filepath.ToSlash(prefix), err
}

func (c *commit) index(root *object.Tree) error {
	walker := object.NewTreeWalker(root, true, nil)
	defer walker.Close()
	for {
		name, entry, err := walker.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		c.entries[name] = entry
		c.names[path.Dir(name)] = append(c.names[path.Dir(name)], path.Base(name))
	}
}

func (c *commit) kind(name string) (Kind, error) {
	if name == "." {
		return Directory, nil
	}
	switch c.entries[name].Mode {
	case filemode.Dir:
		return Directory, nil
	case filemode.Regular, filemode.Deprecated, filemode.Executable:
		return File, nil
	case filemode.Symlink:
		return link, nil
	default:
		return None, nil
	}
}

func (c *commit) target(name string) (string, error) {
	content, err := c.read(name)
	return string(content), err
}

func (c *commit) read(name string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	blob, err := c.blob(c.entries[name].Hash)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s from Git: %w", name, err)
	case blob.Size > MaxFile:
		return nil, tooLarge(name, blob.Size)
	}
	r, err := blob.Reader()
	if err != nil {
		return nil, fmt.Errorf("reading %s from Git: %w", name, err)
	}
	defer r.Close()
	return io.ReadAll(r)
}

func (c *commit) list(name string) ([]string, error) { return c.names[name], nil }
