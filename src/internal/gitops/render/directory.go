package render

import (
	"errors"
	"path"
	"strings"

	"github.com/gobwas/glob"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// skipMark in a file makes Argo CD pass over it.
const skipMark = "+argocd:skip-file-rendering"

// Directory reads the plain manifests of a directory as Argo CD does. Its errors are
// source.Errors, joined.
func Directory(reader *source.Reader, dir string, options *v1alpha1.ApplicationSourceDirectory) ([]*object.Object, error) {
	if options == nil {
		options = &v1alpha1.ApplicationSourceDirectory{}
	}
	var objects []*object.Object
	var all []error
	err := reader.Tree().Walk(dir, func(name string) error {
		relative := strings.TrimPrefix(name, dir+"/")
		if !options.Recurse && strings.Contains(relative, "/") {
			return nil
		}
		wanted, err := isWanted(relative, options)
		if err != nil {
			return source.Errorf(source.Position{File: dir}, "%v", err)
		}
		if wanted {
			found, err := File(reader, name)
			objects, all = append(objects, found...), append(all, err)
		}
		return nil
	})
	if err != nil {
		all = append(all, source.Errors(source.Position{File: dir}, err)[0])
	}
	return objects, errors.Join(all...)
}

func isWanted(name string, options *v1alpha1.ApplicationSourceDirectory) (bool, error) {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
	default:
		return false, nil
	}
	for _, rule := range []struct {
		pattern string
		keep    bool
	}{{options.Exclude, false}, {options.Include, true}} {
		if rule.pattern == "" {
			continue
		}
		compiled, err := glob.Compile(rule.pattern)
		if err != nil {
			return false, err
		}
		if compiled.Match(name) != rule.keep {
			return false, nil
		}
	}
	return true, nil
}

// File reads the objects of one file.
func File(reader *source.Reader, name string) ([]*object.Object, error) {
	content, err := reader.Tree().Read(name)
	if err != nil {
		return nil, source.Errorf(source.Position{File: name}, "%v", err)
	}
	if strings.Contains(string(content), skipMark) {
		return nil, nil
	}
	documents, err := reader.Documents(name)
	if err != nil {
		return nil, err
	}
	var objects []*object.Object
	var all []error
	for _, document := range documents {
		data, err := document.JSON()
		if err != nil {
			all = append(all, err)
			continue
		}
		o, err := fromJSON(data, origin.FromFile(document))
		if err != nil {
			all = append(all, source.Errorf(document.Start(), "not an object: %v", err))
			continue
		}
		objects = append(objects, o)
	}
	return objects, errors.Join(all...)
}
