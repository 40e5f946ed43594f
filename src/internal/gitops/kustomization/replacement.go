package kustomization

import (
	"errors"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Replacement is an entry of replacements, or one of those in the file that it names.
type Replacement struct {
	types.Replacement
	// Document has the replacement at the path Field.
	Document source.Document
	Field    source.Path
}

// At is where the replacement states a field of its own, or the nearest one around it.
func (r Replacement) At(field source.Path) source.Position {
	at, _ := r.Document.Nearest(slices.Concat(r.Field, field))
	return at
}

// replacement reads an entry of replacements: the entry itself, or a file with one or
// with a list of them.
func (l *loader) replacement(d *Directory, entry types.ReplacementField, field source.Path) error {
	if entry.Path == "" {
		return d.replace(entry.Replacement, d.Document, field)
	}
	e := Entry{Position: d.At(field.Key("path")), Path: entry.Path}
	if err := l.file(d, &e); err != nil {
		return err
	}
	documents, err := l.reader.Documents(e.Path)
	if err != nil {
		return err
	}
	if len(documents) != 1 {
		return source.Errorf(source.Position{File: e.Path}, "%d YAML documents where replacements are in one", len(documents))
	}
	if documents[0].Root.Kind != yaml.SequenceNode {
		var one types.Replacement
		if err := documents[0].Into(&one); err != nil {
			return err
		}
		return d.replace(one, documents[0], nil)
	}
	var list []types.Replacement
	if err := documents[0].Into(&list); err != nil {
		return err
	}
	var all []error
	for i, one := range list {
		all = append(all, d.replace(one, documents[0], source.Path{}.Index(i)))
	}
	return errors.Join(all...)
}

// replace adds a replacement, and tells what kustomize would refuse of it.
func (d *Directory) replace(one types.Replacement, document source.Document, field source.Path) error {
	r := Replacement{one, document, field}
	d.Replacements = append(d.Replacements, r)
	switch {
	case r.Source == nil && r.SourceValue == nil:
		return source.Errorf(r.At(nil), "a replacement without source and sourceValue")
	case r.Source != nil && r.SourceValue != nil:
		return source.Errorf(r.At(source.ParsePath("sourceValue")), "a replacement has a source or a sourceValue, not both")
	case len(r.Targets) == 0:
		return source.Errorf(r.At(source.ParsePath("targets")), "a replacement without targets")
	}
	var all []error
	for i, target := range r.Targets {
		at := r.At(source.ParsePath("targets").Index(i))
		if target == nil || target.Select == nil {
			all = append(all, source.Errorf(at, "a target selects no object"))
			continue
		}
		for _, selector := range append([]*types.Selector{target.Select}, target.Reject...) {
			if selector == nil {
				all = append(all, source.Errorf(at, "a target rejects nothing"))
			} else if err := selects(selector); err != nil {
				all = append(all, source.Errorf(at, "%v", err))
			}
		}
	}
	return errors.Join(all...)
}
