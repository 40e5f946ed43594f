package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// errReadOnly answers kustomize where it would write.
var errReadOnly = errors.New("the tree is read-only")

// kustomizeFS shows a tree to kustomize, mounted at "/", with some files replaced.
type kustomizeFS struct {
	tree    *Tree
	replace map[string][]byte
}

// Kustomize returns the tree as kustomize reads it: read-only, mounted at "/". The
// files of replace, by their paths in the tree, have other contents.
func (t *Tree) Kustomize(replace map[string][]byte) filesys.FileSystem {
	return kustomizeFS{tree: t, replace: replace}
}

// inside turns a path of kustomize's into one of the tree's.
func inside(name string) string {
	name = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(name)), "/")
	if name == "" {
		return "."
	}
	return name
}

func (f kustomizeFS) ReadFile(name string) ([]byte, error) {
	name = inside(name)
	if content, ok := f.replace[name]; ok {
		return content, nil
	}
	return f.tree.Read(name)
}

func (f kustomizeFS) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	target, kind, err := f.tree.Resolve(inside(name))
	switch {
	case err != nil:
		return "", "", err
	case kind == None:
		return "", "", fmt.Errorf("%s: %w", inside(name), fs.ErrNotExist)
	case kind == Directory:
		return filesys.ConfirmedDir(path.Join("/", target)), "", nil
	default:
		return filesys.ConfirmedDir(path.Join("/", path.Dir(target))), path.Base(target), nil
	}
}

func (f kustomizeFS) Exists(name string) bool {
	_, kind, err := f.tree.Resolve(inside(name))
	return err == nil && kind != None
}

func (f kustomizeFS) IsDir(name string) bool {
	_, kind, err := f.tree.Resolve(inside(name))
	return err == nil && kind == Directory
}

func (f kustomizeFS) ReadDir(name string) ([]string, error) { return f.tree.List(inside(name)) }

func (f kustomizeFS) Glob(pattern string) ([]string, error) {
	pattern = inside(pattern)
	names, err := f.tree.List(path.Dir(pattern))
	if err != nil {
		return nil, nil //nolint:nilerr // as filepath.Glob
	}
	var found []string
	for _, name := range names {
		if ok, err := path.Match(path.Base(pattern), name); err != nil {
			return nil, err
		} else if ok {
			found = append(found, path.Join("/", path.Dir(pattern), name))
		}
	}
	return found, nil
}

func (f kustomizeFS) Create(string) (filesys.File, error)  { return nil, errReadOnly }
func (f kustomizeFS) Open(string) (filesys.File, error)    { return nil, errReadOnly }
func (f kustomizeFS) Mkdir(string) error                   { return errReadOnly }
func (f kustomizeFS) MkdirAll(string) error                { return errReadOnly }
func (f kustomizeFS) RemoveAll(string) error               { return errReadOnly }
func (f kustomizeFS) WriteFile(string, []byte) error       { return errReadOnly }
func (f kustomizeFS) Walk(string, filepath.WalkFunc) error { return errReadOnly }
