package source

import (
	"errors"
	"io/fs"
	"sync"

	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Reader reads the YAML files of a tree, each once. It may be used by several
// goroutines.
type Reader struct {
	tree *tree.Tree
	mu   sync.Mutex
	seen map[string]*parsed
	kept map[string]func() any
}

type parsed struct {
	once      sync.Once
	documents []Document
	err       error
}

// NewReader reads from a tree.
func NewReader(t *tree.Tree) *Reader {
	return &Reader{tree: t, seen: map[string]*parsed{}, kept: map[string]func() any{}}
}

// Tree is where the files come from.
func (r *Reader) Tree() *tree.Tree { return r.tree }

// Once returns what is made for a key, which is made once for the whole tree.
func (r *Reader) Once(key string, create func() any) any {
	r.mu.Lock()
	get, ok := r.kept[key]
	if !ok {
		get = sync.OnceValue(create)
		r.kept[key] = get
	}
	r.mu.Unlock()
	return get()
}

// Documents returns the documents of a YAML file. What is wrong is an Error with the
// file's name, except that the file does not exist: then it matches fs.ErrNotExist.
func (r *Reader) Documents(name string) ([]Document, error) {
	r.mu.Lock()
	p, ok := r.seen[name]
	if !ok {
		p = &parsed{}
		r.seen[name] = p
	}
	r.mu.Unlock()
	p.once.Do(func() { p.documents, p.err = r.parse(name) })
	return p.documents, p.err
}

func (r *Reader) parse(name string) ([]Document, error) {
	content, err := r.tree.Read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, Errorf(Position{File: name}, "%v", err)
	}
	return Parse(name, content)
}
