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
	// Patches, in the order in which kustomize applies them.
	Patches []Patch
}

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

// File returns the kustomization file of a directory, or "" if it has none.
func File(t *tree.Tree, dir string) (string, error) {
	for _, name := range FileNames {
		name = path.Join(dir, name)
		_, kind, err := t.Resolve(name)
		if err != nil {
			return "", err
		}
		if kind == tree.File {
			return name, nil
		}
	}
	return "", nil
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
