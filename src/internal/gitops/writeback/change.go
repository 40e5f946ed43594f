package writeback

import "context"

// Files are a tree's files.
type Files interface {
	// Read returns a file's content. The error matches fs.ErrNotExist.
	Read(ctx context.Context, name string) ([]byte, error)
	// List returns the names in a directory, none if there is no such directory.
	List(ctx context.Context, dir string) ([]string, error)
}

// Edit is a file's new content. A nil Content removes the file.
type Edit struct {
	Path    string
	Content []byte
}

// Change is what becomes a commit.
type Change struct {
	Message string
	Edits   []Edit
}

// Plan says what to change in a tree whose history ends with a commit, nil if nothing is
// to be. It is asked again when the branch has moved on, and remembers nothing.
type Plan func(ctx context.Context, commit string, files Files) (*Change, error)
