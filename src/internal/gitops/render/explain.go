package render

import (
	"path"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

var (
	// addresses are where things lie in memory, which kustomize prints at times.
	addresses = regexp.MustCompile(` ?&\{0x[^}]*\}`)
	// within and reading are what kustomize says of the way to where it stopped.
	within  = regexp.MustCompile(`(?:accumulation of|merging from) path '([^']*)'`)
	reading = regexp.MustCompile(`resources from '([^']*)': `)
	// counting is what it says of an entry of replicas whose name no object has.
	counting = regexp.MustCompile(`resource with name (\S+) does not match a config`)
)

// explain gives a complaint of kustomize's a place: the patch, the entry or the file that
// it names, or else the kustomization that was built.
func explain(t *tree.Tree, top *kustomization.Directory, err error) error {
	message := addresses.ReplaceAllString(strings.Join(strings.Fields(err.Error()), " "), "")
	if at, found := patchOf(top, message); found {
		return source.Errorf(at, "kustomize: %s", message)
	}
	if at, found := replicasOf(top, message); found {
		return source.Errorf(at, "kustomize: %s", message)
	}
	dir := top.Path
	if all := within.FindAllStringSubmatch(message, -1); len(all) > 0 {
		dir = strings.TrimPrefix(all[len(all)-1][1], "/")
	}
	if all := reading.FindAllStringSubmatchIndex(message, -1); len(all) > 0 {
		last := all[len(all)-1]
		file := path.Join(dir, message[last[2]:last[3]])
		if _, kind, err := t.Resolve(file); err == nil && kind == tree.File {
			reason, _, _ := strings.Cut(message[last[1]:], "': must build at directory")
			return source.Errorf(source.Position{File: file, Line: 1}, "kustomize: %s", reason)
		}
	}
	return source.Errorf(source.Position{File: top.File, Line: 1}, "kustomize: %s", message)
}

// replicasOf finds the entry of replicas that a complaint is about.
func replicasOf(top *kustomization.Directory, message string) (at source.Position, found bool) {
	name := counting.FindStringSubmatch(message)
	if name == nil {
		return at, false
	}
	top.Visit(func(d *kustomization.Directory) {
		if here, there := d.Named("replicas", name[1], "count"); there && !found {
			at, found = here, true
		}
	})
	return at, found
}

// patchOf finds the patch that a complaint is about.
func patchOf(top *kustomization.Directory, message string) (source.Position, bool) {
	var at source.Position
	top.Visit(func(d *kustomization.Directory) {
		for _, p := range d.Patches {
			for _, document := range p.Documents {
				if node := complaint(document, message); node != nil {
					at = document.At(node)
				}
			}
		}
	})
	return at, at.File != ""
}

// complaint is the part of a patch that a message names: the operation of a JSON patch,
// or the whole of a strategic merge patch.
func complaint(document source.Document, message string) *yaml.Node {
	if document.Root.Kind == yaml.SequenceNode {
		for _, operation := range source.Items(document.Root) {
			pointer := source.Value(operation, "path")
			if pointer != nil && strings.Contains(message+":", "path: "+pointer.Value+":") {
				return pointer
			}
		}
		return nil
	}
	kind, name := document.String("kind"), document.String("metadata", "name")
	if kind != "" && strings.Contains(message, "for patch "+kind+".") && strings.Contains(message, "/"+name+".") {
		return document.Root
	}
	return nil
}
