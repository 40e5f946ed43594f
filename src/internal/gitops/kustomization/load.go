package kustomization

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Options are what "kustomize build" is told for all kustomizations of a cluster.
type Options struct {
	// AnyFile lets a kustomization read files beside and above it
	// (--load-restrictor LoadRestrictionsNone).
	AnyFile bool
	// Edit, if not nil, changes the kustomization that is loaded, but none of those that
	// it builds upon, before anything that it names is looked at. It says where it has
	// that from.
	Edit func(*types.Kustomization) (Stated, error)
}

// loader reads one kustomization and what is below it.
type loader struct {
	reader  *source.Reader
	options Options
	// stack are the directories that are being read, the outermost first.
	stack []string
}

// Load reads the kustomization of a directory, and all that it names, whole. Its
// errors are source.Errors, joined.
func Load(reader *source.Reader, dir string, options Options) (*Directory, error) {
	l := &loader{reader: reader, options: options}
	return l.load(source.Position{File: dir}, dir)
}

// load reads the kustomization in a directory that is named at a place.
func (l *loader) load(at source.Position, dir string) (*Directory, error) {
	file, err := File(l.reader.Tree(), dir)
	var second *source.Error
	switch {
	case errors.As(err, &second):
		return nil, second
	case err != nil:
		return nil, source.Errorf(at, "%v", err)
	case file == "":
		return nil, source.Errorf(at, "%s has no kustomization.yaml", dir)
	}
	documents, err := l.reader.Documents(file)
	if err != nil {
		return nil, err
	}
	if len(documents) != 1 {
		return nil, source.Errorf(source.Position{File: file}, "%d YAML documents where a kustomization has one", len(documents))
	}
	d := &Directory{Path: dir, File: file, Document: documents[0]}
	if err := d.Document.Into(&d.Spec); err != nil {
		return nil, err
	}
	if l.options.Edit != nil && len(l.stack) == 0 {
		if d.stated, err = l.options.Edit(&d.Spec); err != nil {
			return nil, err
		}
	}
	if err := l.supported(d); err != nil {
		return nil, err
	}
	l.stack = append(l.stack, dir)
	defer func() { l.stack = l.stack[:len(l.stack)-1] }()
	err = errors.Join(l.resources(d), l.components(d), l.patches(d), l.data(d), l.plugins(d))
	d.Spec.FixKustomization()
	return d, err
}

// supported refuses what would fetch, run programs or change kustomize for everybody
// else in this process.
func (l *loader) supported(d *Directory) error {
	var all []error
	for _, refused := range []struct{ field, why string }{
		{"helmCharts", "Helm charts are not supported: render the chart into a base"},
		{"helmChartInflationGenerator", "Helm charts are not supported: render the chart into a base"},
		{"helmGlobals", "Helm charts are not supported: render the chart into a base"},
		{"openapi", "a schema of its own is not supported: it would hold for all kustomizations"},
	} {
		if at, found := d.Document.Nearest(source.ParsePath(refused.field)); found {
			all = append(all, &source.Error{Position: at, Field: refused.field, Message: refused.why})
		}
	}
	if wrong := d.Spec.EnforceFields(); len(wrong) > 0 {
		at, _ := d.Document.Nearest(source.ParsePath("kind"))
		all = append(all, source.Errorf(at, "%s", strings.Join(wrong, ", ")))
	}
	return errors.Join(all...)
}

// names returns the elements of a field with their positions.
func names(d *Directory, field string, list []string) []Entry {
	var entries []Entry
	for i, name := range list {
		entries = append(entries, Entry{Position: position(d, "%s[%d]", field, i), Path: name})
	}
	return entries
}

func (l *loader) resources(d *Directory) error {
	var all []error
	bases := names(d, "bases", d.Spec.Bases) //nolint:staticcheck // old kustomizations have it
	for _, e := range append(names(d, "resources", d.Spec.Resources), bases...) {
		kind, err := l.locate(d, &e)
		switch {
		case err != nil:
		case kind == tree.Directory:
			e.Directory, err = l.base(e, types.KustomizationKind)
		default:
			if err = l.inside(d, e); err == nil {
				err = l.objects(e.Path)
			}
		}
		all = append(all, err)
		d.Resources = append(d.Resources, e)
	}
	return errors.Join(all...)
}

// objects checks that a file has objects, each with what kustomize needs to know it by.
func (l *loader) objects(file string) error {
	documents, err := l.reader.Documents(file)
	if err != nil {
		return err
	}
	if len(documents) == 0 {
		return source.Errorf(source.Position{File: file}, "has no object")
	}
	var all []error
	for _, document := range documents {
		kind := document.String("kind")
		switch {
		case document.String("apiVersion") == "" || kind == "":
			all = append(all, source.Errorf(document.Start(), "not an object: it has no apiVersion or no kind"))
		case document.String("metadata", "name") == "" && !strings.HasSuffix(kind, "List"):
			all = append(all, source.Errorf(document.Start(), "not an object: it has no name"))
		}
	}
	return errors.Join(all...)
}

func (l *loader) components(d *Directory) error {
	var all []error
	for _, e := range names(d, "components", d.Spec.Components) {
		kind, err := l.locate(d, &e)
		switch {
		case err != nil:
		case kind != tree.Directory:
			err = source.Errorf(e.Position, "%s is a file where a component's directory is expected", e.Path)
		default:
			e.Directory, err = l.base(e, types.ComponentKind)
		}
		all = append(all, err)
		d.Components = append(d.Components, e)
	}
	return errors.Join(all...)
}

// base reads a kustomization that another one builds upon.
func (l *loader) base(e Entry, kind string) (*Directory, error) {
	for i, ancestor := range l.stack {
		if e.Path == "." || e.Path == ancestor || strings.HasPrefix(ancestor, e.Path+"/") {
			way := append(append([]string{}, l.stack[i:]...), e.Path)
			return nil, source.Errorf(e.Position, "a cycle of kustomizations: %s", strings.Join(way, " → "))
		}
	}
	base, err := l.load(e.Position, e.Path)
	if err != nil {
		return base, err
	}
	if base.Spec.Kind != kind {
		return base, source.Errorf(e.Position, "%s is of kind %s, but is named where a %s is expected", base.File, base.Spec.Kind, kind)
	}
	return base, nil
}

// locate turns a name in a kustomization into a path of the tree and says what is there.
func (l *loader) locate(d *Directory, e *Entry) (tree.Kind, error) {
	name := e.Path
	switch {
	case name == "":
		return tree.None, source.Errorf(e.Position, "an empty name")
	case isRemote(name):
		return tree.None, source.Errorf(e.Position, "%q is remote: only what is in this repository is built", name)
	case path.IsAbs(name):
		return tree.None, source.Errorf(e.Position, "%q is an absolute path", name)
	}
	joined, inside := tree.Clean(path.Join(d.Path, name))
	if !inside {
		return tree.None, source.Errorf(e.Position, "%q is outside the repository", name)
	}
	target, kind, err := l.reader.Tree().Resolve(joined)
	switch {
	case err != nil:
		return tree.None, source.Errorf(e.Position, "%v", err)
	case kind == tree.None:
		return tree.None, source.Errorf(e.Position, "%q does not exist", name)
	case kind == tree.Directory:
		joined = target
	}
	e.Path = joined
	return kind, nil
}

// inside holds kustomize's rule that files lie in or below the directory that names
// them, after links.
func (l *loader) inside(d *Directory, e Entry) error {
	target, _, err := l.reader.Tree().Resolve(e.Path)
	if err != nil {
		return source.Errorf(e.Position, "%v", err)
	}
	if l.options.AnyFile || d.Path == "." || strings.HasPrefix(target, d.Path+"/") {
		return nil
	}
	return source.Errorf(e.Position, "%s is not in or below %s, and kustomize reads no file from elsewhere", target, d.Path)
}

// file locates a file that a kustomization names.
func (l *loader) file(d *Directory, e *Entry) error {
	kind, err := l.locate(d, e)
	switch {
	case err != nil:
		return err
	case kind != tree.File:
		return source.Errorf(e.Position, "%s is a directory where a file is expected", e.Path)
	}
	if err := l.inside(d, *e); err != nil {
		return err
	}
	if _, err := l.reader.Tree().Read(e.Path); err != nil {
		return source.Errorf(e.Position, "%v", err)
	}
	return nil
}

// isRemote says whether kustomize might fetch what a name says. It errs on that side.
func isRemote(name string) bool {
	lower := strings.ToLower(name)
	for _, prefix := range []string{"git@", "git::", "gh:", "github.com", "ssh:", "file:"} {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	user, host, found := strings.Cut(lower, "@")
	return strings.Contains(lower, "://") || strings.ContainsAny(lower, "?\n") ||
		found && !strings.Contains(user, "/") && strings.Contains(host, ":")
}

// remoteInside finds a scalar below a node that kustomize might fetch.
func remoteInside(node *yaml.Node) *yaml.Node {
	if node == nil {
		return nil
	}
	if node.Kind == yaml.ScalarNode {
		if isRemote(node.Value) && !strings.Contains(node.Value, "\n") {
			return node
		}
		return nil
	}
	for _, child := range node.Content {
		if found := remoteInside(child); found != nil {
			return found
		}
	}
	return nil
}

func position(d *Directory, format string, args ...any) source.Position {
	return d.At(source.ParsePath(fmt.Sprintf(format, args...)))
}
