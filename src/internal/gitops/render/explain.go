package render

import (
	"fmt"
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
	within  = regexp.MustCompile(`(?:accumulation of|merging from) path '([^']*)': `)
	reading = regexp.MustCompile(`resources from '([^']*)': `)
	// counting is what it says of an entry of replicas whose name no object has.
	counting = regexp.MustCompile(`resource with name (\S+) does not match a config`)
)

// explain gives a complaint of kustomize's a place: the patch, the entry or the file that
// it names, or else the kustomization that could not be built.
func explain(t *tree.Tree, top *kustomization.Directory, err error) error {
	message := addresses.ReplaceAllString(strings.Join(strings.Fields(err.Error()), " "), "")
	dir, reason := top.Path, message
	if all := within.FindAllStringSubmatchIndex(message, -1); len(all) > 0 {
		last := all[len(all)-1]
		dir, reason = strings.TrimPrefix(message[last[2]:last[3]], "/"), message[last[1]:]
	}
	if at, found := patchOf(top, reason); found {
		return source.Errorf(at, "kustomize: %s", reason)
	}
	if at, found := entryOf(top, reason); found {
		return source.Errorf(at, "kustomize: %s", reason)
	}
	if all := reading.FindAllStringSubmatchIndex(message, -1); len(all) > 0 {
		last := all[len(all)-1]
		file := path.Join(dir, message[last[2]:last[3]])
		if _, kind, err := t.Resolve(file); err == nil && kind == tree.File {
			reason, _, _ := strings.Cut(message[last[1]:], "': must build at directory")
			return source.Errorf(source.Position{File: file, Line: 1}, "kustomize: %s", reason)
		}
	}
	at := source.Position{File: top.File, Line: 1}
	top.Visit(func(d *kustomization.Directory) {
		if d.Path == dir {
			at.File = d.File
		}
	})
	return source.Errorf(at, "kustomize: %s", reason)
}

// entryOf finds the entry of replicas or of replacements that a complaint is about.
func entryOf(top *kustomization.Directory, message string) (at source.Position, found bool) {
	name := counting.FindStringSubmatch(message)
	top.Visit(func(d *kustomization.Directory) {
		if found {
			return
		}
		if name != nil {
			at, found = d.Named("replicas", name[1], "count")
			return
		}
		for _, r := range d.Replacements {
			if field, about := replaced(r, message); about {
				at, found = r.At(field), true
				return
			}
		}
	})
	return at, found
}

// replaced is the field of a replacement that a complaint is about.
func replaced(r kustomization.Replacement, message string) (source.Path, bool) {
	if r.Source != nil {
		for _, complaint := range []string{"nothing selected by %s", "multiple matches for selector %s"} {
			if strings.HasSuffix(message, fmt.Sprintf(complaint, r.Source)) {
				return source.ParsePath("source"), true
			}
		}
		if strings.HasSuffix(message, fmt.Sprintf("fieldPath `%s` is missing for replacement source %s", r.Source.FieldPath, r.Source.ResId)) {
			return source.ParsePath("source.fieldPath"), true
		}
	}
	for i, target := range r.Targets {
		for j, path := range target.FieldPaths {
			if strings.Contains(message, fmt.Sprintf("field %q in replacement target", path)) {
				return source.ParsePath("targets").Index(i).Key("fieldPaths").Index(j), true
			}
		}
	}
	return nil, false
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
