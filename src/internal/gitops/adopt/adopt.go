package adopt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// roots are the directories whose YAML names the repository and the image.
var roots = []string{"apps", "clusters", "platform"}

// largest bounds a file that is read.
const largest = 16 << 20

// Read says which repository and image the tree below root names.
func Read(root string) (Settings, error) {
	content, err := fs.ReadFile(os.DirFS(root), File)
	if err != nil {
		return Settings{}, fmt.Errorf("reading which repository this is: %w", err)
	}
	return parse(content)
}

// Adopt makes the tree below root name other settings. An empty setting stays as it is.
// It returns the files that it changed, by their paths below root; those that it wrote
// before an error too. Nothing is changed where anything is wrong with the settings or
// with a file.
func Adopt(root string, to Settings) (changed []string, err error) {
	if to == (Settings{}) {
		return nil, errors.New("say which repository or which image the tree shall name")
	}
	if err := to.Validate(); err != nil {
		return nil, err
	}
	from, err := Read(root)
	if err != nil {
		return nil, err
	}
	edits, err := plan(root, substitutions(from, to.or(from)))
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if err := e.write(root); err != nil {
			return changed, fmt.Errorf("writing %s: %w", e.name, err)
		}
		changed = append(changed, e.name)
	}
	return changed, nil
}

// substitutions turn one tree's settings into another's. Links to pages of the
// repository follow where both repositories have pages.
func substitutions(from, to Settings) []substitution {
	all := []substitution{
		{old: from.Repository, new: to.Repository},
		{old: from.Image, new: to.Image},
	}
	if here, there := from.pages(), to.pages(); here != "" && there != "" {
		all = append(all, substitution{old: here, new: there, beginning: true})
	}
	return all
}

// edit is a file's new content.
type edit struct {
	name    string
	content []byte
	mode    fs.FileMode
}

// plan finds what is to be changed. The file that says it all is the last: what is not
// written before an interruption is found again by another run.
func plan(root string, all []substitution) ([]edit, error) {
	var edits, last []edit
	tree := os.DirFS(root)
	for _, dir := range roots {
		err := fs.WalkDir(tree, dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			e, err := consider(tree, name, entry, all)
			switch {
			case err != nil:
				return fmt.Errorf("%s: %w", name, err)
			case e == nil:
			case name == File:
				last = append(last, *e)
			default:
				edits = append(edits, *e)
			}
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) && dir != path.Dir(File) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the manifests: %w", err)
		}
	}
	return append(edits, last...), nil
}

// consider returns the edit of one file, nil if there is none.
func consider(tree fs.FS, name string, entry fs.DirEntry, all []substitution) (*edit, error) {
	extension := path.Ext(name)
	if !entry.Type().IsRegular() || (extension != ".yaml" && extension != ".yml") {
		return nil, nil
	}
	info, err := entry.Info()
	if err != nil {
		return nil, err
	}
	if info.Size() > largest {
		return nil, fmt.Errorf("has %d bytes; at most %d are read", info.Size(), largest)
	}
	old, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	content, err := replace(old, all)
	if err != nil || bytes.Equal(old, content) {
		return nil, err
	}
	return &edit{name, content, info.Mode().Perm()}, nil
}

// write replaces the file at once: a reader sees the old content or the new.
func (e edit) write(root string) (err error) {
	name := filepath.Join(root, filepath.FromSlash(e.name))
	f, err := os.CreateTemp(filepath.Dir(name), ".adopt-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(e.content)
	err = errors.Join(err, f.Chmod(e.mode), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
