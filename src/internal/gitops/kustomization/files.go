package kustomization

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// patches reads patches in the order in which kustomize applies them.
func (l *loader) patches(d *Directory) error {
	var all []error
	for i, p := range d.Spec.PatchesStrategicMerge { //nolint:staticcheck // old kustomizations have it
		patch := types.Patch{Path: string(p)}
		if strings.Contains(string(p), "\n") {
			patch = types.Patch{Patch: string(p)}
		}
		all = append(all, l.patch(d, patch, fmt.Sprintf("patchesStrategicMerge[%d]", i), ""))
	}
	for i, p := range d.Spec.Patches {
		all = append(all, l.patch(d, p, fmt.Sprintf("patches[%d]", i), ".patch"))
	}
	for i, p := range d.Spec.PatchesJson6902 { //nolint:staticcheck // old kustomizations have it
		all = append(all, l.patch(d, p, fmt.Sprintf("patchesJson6902[%d]", i), ".patch"))
	}
	return errors.Join(all...)
}

func (l *loader) patch(d *Directory, spec types.Patch, field, inline string) error {
	p := Patch{Position: position(d, "%s", field), Patch: spec}
	text := []byte(strings.TrimSpace(spec.Patch))
	var err error
	switch {
	case spec.Path != "" && spec.Patch != "":
		return source.Errorf(p.Position, "a patch has a path or a text, not both")
	case spec.Path != "":
		e := Entry{Position: position(d, "%s.path", field), Path: spec.Path}
		if err = l.file(d, &e); err == nil {
			p.Documents, err = l.reader.Documents(e.Path)
			text, _ = l.reader.Tree().Read(e.Path) // it was read before
		}
	case spec.Patch != "":
		p.Documents, err = l.inline(d, field+inline, spec.Patch)
	default:
		return source.Errorf(p.Position, "a patch without path and text")
	}
	if err == nil && len(p.Documents) == 0 {
		err = source.Errorf(p.Position, "the patch is empty")
	}
	if err == nil {
		err = p.wellFormed(text)
	}
	if spec.Target != nil {
		if wrong := selects(spec.Target); wrong != nil {
			err = errors.Join(err, source.Errorf(position(d, "%s.target", field), "%v", wrong))
		}
	}
	d.Patches = append(d.Patches, p)
	return err
}

// inline parses a text of the kustomization, or of what edited it, with lines of that
// file.
func (l *loader) inline(d *Directory, field, text string) ([]source.Document, error) {
	at := position(d, "%s", field)
	before := at.Line
	if !l.isBlock(at, text) {
		before--
	}
	documents, err := source.Parse(at.File, []byte(text))
	var wrong *source.Error
	if errors.As(err, &wrong) {
		wrong.Line += before
		return nil, wrong
	}
	for _, document := range documents {
		shift(document.Root, before, map[*yaml.Node]bool{})
	}
	return documents, err
}

// isBlock says whether a text that is stated at a place starts on the line after it.
func (l *loader) isBlock(at source.Position, text string) bool {
	documents, err := l.reader.Documents(at.File)
	if err != nil {
		return false // told by whoever reads it
	}
	for _, document := range documents {
		if node := scalarOn(document.Root, at.Line, text); node != nil {
			return node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
		}
	}
	return strings.Contains(text, "\n")
}

// scalarOn finds a scalar by its line and value.
func scalarOn(node *yaml.Node, line int, value string) *yaml.Node {
	if node.Kind == yaml.ScalarNode && node.Line == line && node.Value == value {
		return node
	}
	for _, child := range node.Content {
		if found := scalarOn(child, line, value); found != nil {
			return found
		}
	}
	return nil
}

func shift(node *yaml.Node, by int, seen map[*yaml.Node]bool) {
	if node == nil || seen[node] {
		return
	}
	seen[node] = true
	node.Line += by
	for _, child := range node.Content {
		shift(child, by, seen)
	}
	shift(node.Alias, by, seen)
}

// data locates the files that generators and replacements read.
func (l *loader) data(d *Directory) error {
	var all []error
	for i, g := range d.Spec.ConfigMapGenerator {
		all = append(all, l.generator(d, fmt.Sprintf("configMapGenerator[%d]", i), g.KvPairSources))
	}
	for i, g := range d.Spec.SecretGenerator {
		all = append(all, l.generator(d, fmt.Sprintf("secretGenerator[%d]", i), g.KvPairSources))
	}
	for i, r := range d.Spec.Replacements {
		all = append(all, l.replacement(d, r, source.ParsePath("replacements").Index(i)))
	}
	for _, e := range append(names(d, "crds", d.Spec.Crds), names(d, "configurations", d.Spec.Configurations)...) {
		all = append(all, l.file(d, &e))
	}
	return errors.Join(all...)
}

func (l *loader) generator(d *Directory, field string, sources types.KvPairSources) error {
	var all []error
	for i, name := range sources.FileSources {
		if _, after, found := strings.Cut(name, "="); found {
			name = after
		}
		all = append(all, l.fileOrDirectory(d, Entry{Position: position(d, "%s.files[%d]", field, i), Path: name}))
	}
	for i, name := range sources.EnvSources {
		all = append(all, l.file(d, &Entry{Position: position(d, "%s.envs[%d]", field, i), Path: name}))
	}
	if sources.EnvSource != "" {
		all = append(all, l.file(d, &Entry{Position: position(d, "%s.env", field), Path: sources.EnvSource}))
	}
	return errors.Join(all...)
}

// fileOrDirectory locates what a generator reads: a file, or all files of a directory.
func (l *loader) fileOrDirectory(d *Directory, e Entry) error {
	found := e
	kind, err := l.locate(d, &found)
	if err != nil || kind == tree.Directory {
		return err
	}
	return l.file(d, &e)
}

// plugins allows kustomize's own generators and transformers, in files or inline, and
// nothing that runs a program.
func (l *loader) plugins(d *Directory) error {
	var all []error
	for _, field := range []struct {
		name string
		list []string
	}{{"generators", d.Spec.Generators}, {"transformers", d.Spec.Transformers}, {"validators", d.Spec.Validators}} {
		for _, e := range names(d, field.name, field.list) {
			all = append(all, l.plugin(field.name, d, e))
		}
	}
	return errors.Join(all...)
}

func (l *loader) plugin(field string, d *Directory, e Entry) error {
	var documents []source.Document
	var err error
	if strings.Contains(e.Path, "\n") {
		documents, err = source.Parse(d.File, []byte(e.Path))
	} else if err = l.file(d, &e); err == nil {
		documents, err = l.reader.Documents(e.Path)
	}
	if err != nil {
		return err
	}
	for _, document := range documents {
		if document.String("apiVersion") != "builtin" || strings.HasPrefix(document.String("kind"), "Helm") {
			return source.Errorf(e.Position, "%s: only kustomize's builtin plugins are supported, and none of Helm", field)
		}
		if node := remoteInside(document.Root); node != nil {
			return source.Errorf(e.Position, "%q is remote: only what is in this repository is built", node.Value)
		}
	}
	return nil
}
