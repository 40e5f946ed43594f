package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// disk is a directory of this machine. os.Root keeps it there, even while links change.
type disk struct{ root *os.Root }

// Open returns the files of a directory as they are now.
func Open(dir string) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the repository: %w", err)
	}
	return newTree(disk{root}), nil
}

func (d disk) kind(name string) (Kind, error) {
	info, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return None, nil
	case err != nil:
		return None, err
	case info.IsDir():
		return Directory, nil
	case info.Mode().IsRegular():
		return File, nil
	case info.Mode()&fs.ModeSymlink != 0:
		return link, nil
	default:
		return None, nil
	}
}

func (d disk) target(name string) (string, error) { return d.root.Readlink(name) }

func (d disk) read(name string) ([]byte, error) {
	info, err := d.root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > MaxFile:
		return nil, tooLarge(name, info.Size())
	}
	return d.root.ReadFile(name)
}

func (d disk) list(name string) ([]string, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func tooLarge(name string, size int64) error {
	return fmt.Errorf("%s %w: %d bytes, more than %d", name, ErrTooLarge, size, MaxFile)
}
