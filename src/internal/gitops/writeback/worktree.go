package writeback

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// diskFiles are the files of the work tree.
type diskFiles struct{ dir string }

func (d diskFiles) Read(_ context.Context, name string) ([]byte, error) {
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.ReadFile(name)
}

func (d diskFiles) List(_ context.Context, dir string) ([]string, error) {
	found, err := os.ReadDir(filepath.Join(d.dir, dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name())
	}
	return names, nil
}

// Edit makes a planned change in the work tree and commits nothing. Then verify is asked;
// if it returns an error, the files are as they were before. It returns nil if nothing was
// to be changed.
func (r *Repository) Edit(ctx context.Context, plan Plan, verify func(ctx context.Context) error) (*Change, error) {
	head, err := r.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for the commit that is checked out: %w", err)
	}
	change, err := plan(ctx, head, diskFiles{r.Dir})
	if err != nil || change == nil {
		return nil, err
	}
	var undo []Edit
	restore := func(err error) error {
		for _, e := range slices.Backward(undo) {
			err = errors.Join(err, r.write(e))
		}
		return err
	}
	for _, e := range change.Edits {
		old, err := diskFiles{r.Dir}.Read(ctx, e.Path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, restore(err)
		}
		undo = append(undo, Edit{e.Path, old})
		if err := r.write(e); err != nil {
			return nil, restore(err)
		}
	}
	if err := verify(ctx); err != nil {
		return nil, restore(err)
	}
	return change, nil
}

// write makes an edit at once: a reader sees the old content or the new.
func (r *Repository) write(e Edit) (err error) {
	name := filepath.Join(r.Dir, filepath.FromSlash(e.Path))
	if e.Content == nil {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".gitops-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(e.Content)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
