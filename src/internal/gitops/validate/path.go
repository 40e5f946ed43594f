package validate

import (
	"bytes"
	"fmt"
	"path"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/schema"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Path renders one directory and holds its objects to the kinds that the whole tree
// defines. What is wrong in the tree is among the findings; an error is that it could
// not be done at all.
func Path(reader *source.Reader, dir string) ([]*object.Object, []report.Finding, error) {
	if _, kind, err := reader.Tree().Resolve(dir); err != nil || kind != tree.Directory {
		return nil, nil, fmt.Errorf("%s is no directory of the repository", dir)
	}
	at := report.Finding{Rule: render.RuleRender, Position: source.Position{File: dir}}
	file, err := kustomization.File(reader.Tree(), dir)
	if err != nil {
		return nil, report.FromError(at, err), nil
	}
	var objects []*object.Object
	if file == "" {
		objects, err = render.Directory(reader, dir, nil)
	} else {
		objects, _, err = render.Kustomize(reader, dir, kustomization.Options{})
	}
	if err != nil {
		return nil, report.Sort(report.FromError(at, err)), nil
	}
	if len(objects) == 0 {
		return nil, report.FromError(at, fmt.Errorf("renders no object")), nil
	}
	definitions, err := definitions(reader)
	if err != nil {
		return nil, report.FromError(at, err), nil
	}
	kinds := schema.New(append(definitions, objects...))
	var findings []report.Finding
	for _, o := range objects {
		f := report.Finding{Rule: RuleSchema, Object: o.String(), Position: o.Origin.Position}
		findings = append(findings, report.FromError(f, kinds.Check(o))...)
	}
	return objects, report.Sort(findings), nil
}

// definitions finds all CustomResourceDefinitions of the tree.
func definitions(reader *source.Reader) ([]*object.Object, error) {
	var found []*object.Object
	return found, reader.Tree().Walk(".", func(name string) error {
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
			return nil
		}
		content, err := reader.Tree().Read(name)
		if err != nil || !bytes.Contains(content, []byte("kind: CustomResourceDefinition")) {
			return nil //nolint:nilerr // what is too large is told where it is used
		}
		objects, err := render.File(reader, name)
		if err == nil {
			found = append(found, objects...)
		}
		return nil
	})
}
