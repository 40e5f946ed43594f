package kustomization

import (
	"path"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// FileNames are the names that kustomize looks for, in its order.
var FileNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// Directory is a kustomization with all that it is made from.
type Directory struct {
	// Path is the directory, File the kustomization file in it.
	Path, File string
	// Document is the file as it is written, Spec what it means, edited if it is the
	// outermost.
	Document source.Document
	Spec     types.Kustomization
	// Resources and Components, in their order, with those of the old field bases last.
	Resources, Components []Entry
	// Patches and Replacements, in the order in which kustomize applies them.
	Patches      []Patch
	Replacements []Replacement
	stated       Stated
}

// Stated is where what an edit put into a kustomization is written, by its path in the
// kustomization; images and replicas by their names instead of their places: images.web.
type Stated map[string]source.Position

// Entry is something that a kustomization names.
type Entry struct {
	source.Position // of the name
	// Path of the file or directory.
	Path string
	// Directory is the kustomization there, nil for a file.
	Directory *Directory
}

// Patch is a patch: a file of its own or text in the kustomization.
type Patch struct {
	source.Position // of the entry in the kustomization
	types.Patch
	// Documents are the patch's own, with positions in its file. Those of an inline
	// patch count their lines in the kustomization file.
	Documents []source.Document
}

// At is where a field of the kustomization is stated, or the nearest field around it:
// on its line of the file, or where the edit has it from that put it there.
func (d *Directory) At(field source.Path) source.Position {
	for end := len(field); end > 0; end-- {
		if at, found := d.stated[field[:end].String()]; found {
			return at
		}
	}
	at, _ := d.Document.Nearest(field)
	return at
}

// Named is where a kustomization states a field of the entry with a name of a list
// (images, replicas), or false if no entry has the name.
func (d *Directory) Named(list, name, field string) (source.Position, bool) {
	path := source.ParsePath(list)
	if at, found := d.stated[path.Key(name).String()]; found {
		return at, true
	}
	for i, item := range source.Items(source.Value(d.Document.Root, list)) {
		if own := source.Value(item, "name"); own != nil && own.Value == name {
			return d.At(path.Index(i).Key(field)), true
		}
	}
	return source.Position{}, false
}

// File returns the kustomization file of a directory, or "" if it has none. Kustomize
// does not choose among several: that there is a second is an Error.
func File(t *tree.Tree, dir string) (string, error) {
	var file string
	for _, name := range FileNames {
		name = path.Join(dir, name)
		_, kind, err := t.Resolve(name)
		switch {
		case err != nil:
			return "", err
		case kind != tree.File:
		case file == "":
			file = name
		default:
			return "", source.Errorf(source.Position{File: name}, "a second kustomization file, beside %s: kustomize builds no directory with two", path.Base(file))
		}
	}
	return file, nil
}

// Visit calls visit with a directory and all that it builds upon, each path once.
func (d *Directory) Visit(visit func(*Directory)) { d.visit(visit, map[string]bool{}) }

func (d *Directory) visit(visit func(*Directory), seen map[string]bool) {
	if seen[d.Path] {
		return
	}
	seen[d.Path] = true
	visit(d)
	for _, entries := range [][]Entry{d.Resources, d.Components} {
		for _, e := range entries {
			if e.Directory != nil {
				e.Directory.visit(visit, seen)
			}
		}
	}
}
