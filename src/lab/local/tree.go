package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const module = "module github.com/bitpin/exchange"

// Tree is a working copy of the repository, and where we put what we make.
type Tree struct {
	Root  string
	Local string
}

// FindTree returns the working copy that a directory belongs to.
func FindTree(dir string) (Tree, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return Tree{}, fmt.Errorf("finding the repository: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return Tree{}, fmt.Errorf("finding the repository: %w", err)
		}
		if first, _, _ := strings.Cut(string(text), "\n"); strings.TrimSpace(first) == module {
			return Tree{dir, filepath.Join(dir, ".local")}, nil
		}
		if dir == filepath.Dir(dir) {
			return Tree{}, fmt.Errorf("%s is not inside the exchange's repository", start)
		}
	}
}

func (t Tree) path(name string) string { return filepath.Join(t.Local, name) }

// DemoEnv is the file with the demo's addresses, keys and passwords.
func (t Tree) DemoEnv() string { return t.path("demo.env") }

// PostgresDir is the database server's directory.
func (t Tree) PostgresDir() string { return t.path("postgres") }

func (t Tree) binary() string    { return t.path("bin/exchange") }
func (t Tree) log() string       { return t.path("exchange.log") }
func (t Tree) secretKey() string { return t.path("secret.key") }
func (t Tree) lock() string      { return t.path("run.lock") }
