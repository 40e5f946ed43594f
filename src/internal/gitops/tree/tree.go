package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

const (
	// MaxFile is the size in bytes beyond which a file is no manifest.
	MaxFile = 4 << 20
	// maxLinks bounds the symbolic links on the way to a file.
	maxLinks = 32
)

// Kind says what is at a path.
type Kind int

// The kinds. Whatever is no file, directory or link (a socket, a submodule) is None.
const (
	None Kind = iota
	File
	Directory
	link
)

// ErrTooLarge says that a file is larger than MaxFile.
var ErrTooLarge = errors.New("is too large for a manifest")

// EscapeError says that a symbolic link leaves the repository.
type EscapeError struct {
	// Path is the link, Target what it points to.
	Path, Target string
}

func (e *EscapeError) Error() string {
	return fmt.Sprintf("%s is a symbolic link to %q, outside the repository", e.Path, e.Target)
}

// store is where a tree's bytes come from. Its paths have no links before their last
// element.
type store interface {
	// kind of what is at a path, itself if it is a link; None if there is nothing.
	kind(path string) (Kind, error)
	// target is where a link points to.
	target(path string) (string, error)
	// read returns a file's content, and ErrTooLarge beyond MaxFile.
	read(path string) ([]byte, error)
	// list returns the names in a directory, in any order.
	list(path string) ([]string, error)
}

// Tree is a repository's files. It may be used by several goroutines, and it reads no
// file twice.
type Tree struct {
	store store
	mu    sync.Mutex
	files map[string]*file
	paths map[string]resolved
	kinds map[string]Kind
	names map[string][]string
}

type file struct {
	once    sync.Once
	content []byte
	err     error
}

type resolved struct {
	path string
	kind Kind
	err  error
}

func newTree(s store) *Tree {
	return &Tree{store: s, files: map[string]*file{}, paths: map[string]resolved{}, kinds: map[string]Kind{}, names: map[string][]string{}}
}

// Clean returns a path in its shortest form, or false if it leaves the repository.
func Clean(name string) (string, bool) {
	name = path.Clean(name)
	return name, fs.ValidPath(name)
}

// Resolve follows the links on the way to a path and says what is there. A path that
// does not exist is no error: its kind is None.
func (t *Tree) Resolve(name string) (string, Kind, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, ok := t.paths[name]
	if !ok {
		known.path, known.kind, known.err = t.resolve(name)
		t.paths[name] = known
	}
	return known.path, known.kind, known.err
}

func (t *Tree) resolve(name string) (string, Kind, error) {
	name, inside := Clean(name)
	if !inside {
		return "", None, &EscapeError{Path: name, Target: name}
	}
	at, rest, links := ".", strings.Split(name, "/"), 0
	for len(rest) > 0 {
		next := path.Join(at, rest[0])
		rest = rest[1:]
		kind, err := t.kind(next)
		switch {
		case err != nil:
			return "", None, err
		case kind == None, kind == File && len(rest) > 0:
			return path.Join(append([]string{next}, rest...)...), None, nil
		case kind != link:
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", None, fmt.Errorf("%s: more than %d symbolic links", name, maxLinks)
		}
		target, err := t.store.target(next)
		if err != nil {
			return "", None, err
		}
		joined, inside := Clean(path.Join(at, target))
		if path.IsAbs(target) || !inside {
			return "", None, &EscapeError{Path: next, Target: target}
		}
		at, rest = ".", append(strings.Split(joined, "/"), rest...)
	}
	kind, err := t.kind(at)
	return at, kind, err
}

// kind asks the store once for each path.
func (t *Tree) kind(name string) (Kind, error) {
	if known, ok := t.kinds[name]; ok {
		return known, nil
	}
	kind, err := t.store.kind(name)
	if err == nil {
		t.kinds[name] = kind
	}
	return kind, err
}

// Read returns a file's content, which must not be changed. It matches fs.ErrNotExist
// and ErrTooLarge.
func (t *Tree) Read(name string) ([]byte, error) {
	target, kind, err := t.Resolve(name)
	switch {
	case err != nil:
		return nil, err
	case kind != File:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	t.mu.Lock()
	f, ok := t.files[target]
	if !ok {
		f = &file{}
		t.files[target] = f
	}
	t.mu.Unlock()
	f.once.Do(func() { f.content, f.err = t.store.read(target) })
	return f.content, f.err
}

// List returns the names in a directory, sorted.
func (t *Tree) List(name string) ([]string, error) {
	target, kind, err := t.Resolve(name)
	switch {
	case err != nil:
		return nil, err
	case kind != Directory:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	names, ok := t.names[target]
	if !ok {
		if names, err = t.store.list(target); err != nil {
			return nil, err
		}
		slices.Sort(names)
		t.names[target] = names
	}
	return names, nil
}

// Walk calls visit with the path of every file below a directory, in order. Links to
// directories are not followed, so that it ends; names that start with a dot are left
// out.
func (t *Tree) Walk(dir string, visit func(name string) error) error {
	names, err := t.List(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		name = path.Join(dir, name)
		kind, err := t.store.kind(name)
		switch {
		case strings.HasPrefix(path.Base(name), "."):
		case err != nil:
			return err
		case kind == Directory:
			err = t.Walk(name, visit)
		case kind == File:
			err = visit(name)
		case kind == link:
			if _, target, linkErr := t.Resolve(name); linkErr != nil {
				err = linkErr
			} else if target == File {
				err = visit(name)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
