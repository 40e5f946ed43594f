package tree

import (
	"fmt"
	"path"
)

// memory is files that lie nowhere, for tests.
type memory struct {
	files map[string][]byte
	names map[string][]string // by directory
}

// Of returns a tree of files that are given by their paths, with no links.
func Of(files map[string][]byte) *Tree {
	m := memory{files: files, names: map[string][]string{".": nil}}
	for name := range files {
		for dir := path.Dir(name); ; name, dir = dir, path.Dir(dir) {
			_, known := m.names[dir]
			m.names[dir] = append(m.names[dir], path.Base(name))
			if known || dir == "." {
				break
			}
		}
	}
	return newTree(m)
}

func (m memory) kind(name string) (Kind, error) {
	if _, ok := m.files[name]; ok {
		return File, nil
	}
	if _, ok := m.names[name]; ok {
		return Directory, nil
	}
	return None, nil
}

func (m memory) target(name string) (string, error) { return "", fmt.Errorf("%s is no link", name) }

func (m memory) read(name string) ([]byte, error) {
	content := m.files[name]
	if len(content) > MaxFile {
		return nil, tooLarge(name, int64(len(content)))
	}
	return content, nil
}

func (m memory) list(name string) ([]string, error) { return m.names[name], nil }
