package render

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Rules that rendering itself holds.
const (
	RuleRender  = "render"
	RuleEmpty   = "empty-application"
	RuleTwice   = "application-twice"
	RuleForeign = "foreign-source"
)

type renderer struct {
	reader  *source.Reader
	options Options
	dir     string
	cluster *Cluster
	build   kustomization.Options
	// repository is the URL that stands for this repository.
	repository string

	mu          sync.Mutex
	done, known int
}

// all renders the root, then the Applications that it renders, and so on.
func (r *renderer) all(ctx context.Context) error {
	root := r.root()
	r.known = 1
	level := []*Application{root.application}
	r.take(root)
	seen := map[string]*Application{root.application.Name: root.application}
	for len(level) > 0 {
		next := r.children(level, seen)
		results := make([]*rendered, len(next))
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(max(1, r.options.Jobs))
		for i, child := range next {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				results[i] = r.application(child)
				r.progress()
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return fmt.Errorf("rendering %s: %w", r.dir, err)
		}
		for _, result := range results {
			r.take(result)
		}
		level = next
	}
	r.cluster.sort()
	return nil
}

func (r *renderer) progress() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if r.options.Progress != nil {
		r.options.Progress(r.cluster.Name, r.done, r.known)
	}
}

// take adds an Application to the cluster. Called by one goroutine, in order.
func (r *renderer) take(result *rendered) {
	for _, dir := range result.used {
		r.cluster.Used[dir] = true
	}
	r.cluster.Findings = append(r.cluster.Findings, result.findings...)
	r.cluster.Applications = append(r.cluster.Applications, result.application)
	for _, o := range result.application.Objects {
		if o.Is("", "ConfigMap") && o.Name == "argocd-cm" {
			options, err := parseOptions(o)
			r.add(result.application.Name, RuleRender, o, err)
			r.build = options
		}
	}
}

func (r *renderer) add(application, rule string, o *object.Object, err error) {
	f := report.Finding{Rule: rule, Cluster: r.cluster.Name, Application: application, Object: o.String(), Position: o.Origin.Position}
	r.cluster.Findings = append(r.cluster.Findings, report.FromError(f, err)...)
}

// children decodes the Applications that Applications of one level render.
func (r *renderer) children(level []*Application, seen map[string]*Application) []*Application {
	var next []*Application
	for _, parent := range level {
		for _, o := range parent.Objects {
			switch {
			case o.Is(argo.Group, "ApplicationSet"):
				r.add(parent.Name, RuleRender, o, errors.New("an ApplicationSet is not supported: list the Applications"))
				continue
			case !o.Is(argo.Group, "Application"):
				continue
			}
			if r.isRoot(o) {
				continue
			}
			child, err := argo.Decode(o)
			if err != nil {
				r.add(parent.Name, RuleRender, o, err)
				continue
			}
			if first, twice := seen[child.Name]; twice {
				r.add(parent.Name, RuleTwice, o, fmt.Errorf("the Application %s is there already, at %s", child.Name, first.Object.Origin.Position))
				continue
			}
			a := &Application{Application: child, order: append(append([]string{}, parent.order...), waveKey(child))}
			seen[child.Name] = a
			next = append(next, a)
		}
	}
	r.known += len(next)
	return next
}

// waveKey orders siblings by wave, then name, as text.
func waveKey(a *argo.Application) string { return fmt.Sprintf("%010d %s", a.Wave+1<<30, a.Name) }

// application renders the sources of one Application.
func (r *renderer) application(a *Application) *rendered {
	result := &rendered{application: a}
	for _, s := range a.Sources {
		if !r.own(s.RepoURL) {
			a.Foreign = append(a.Foreign, s)
			result.add(r.cluster.Name, RuleForeign, a.Object.Position(s.Field), r.foreign(a, s))
			continue
		}
		r.source(result, s)
	}
	if len(a.Objects) == 0 && len(a.Foreign) == 0 && len(result.findings) == 0 {
		result.add(r.cluster.Name, RuleEmpty, a.Object.Origin.Position, fmt.Errorf("the Application %s renders no object", a.Name))
	}
	return result
}

func (r *renderer) source(result *rendered, s argo.Source) {
	a := result.application
	at := a.Object.Position(s.Field.Key("path"))
	dir, inside := tree.Clean(s.Path)
	if !inside {
		result.add(r.cluster.Name, RuleRender, at, fmt.Errorf("%q is outside the repository", s.Path))
		return
	}
	_, kind, err := r.reader.Tree().Resolve(dir)
	if err == nil && kind != tree.Directory {
		err = fmt.Errorf("the path %q of Application %s does not exist", s.Path, a.Name)
		if kind == tree.File {
			err = fmt.Errorf("the path %q of Application %s is a file where a directory is expected", s.Path, a.Name)
		}
	}
	if err != nil {
		result.add(r.cluster.Name, RuleRender, at, err)
		return
	}
	objects, err := r.directory(result, dir, s, at)
	a.Objects = append(a.Objects, objects...)
	result.add(r.cluster.Name, RuleRender, at, err)
}

// directory renders a directory in the way in which Argo CD would find it to be.
func (r *renderer) directory(result *rendered, dir string, s argo.Source, at source.Position) ([]*object.Object, error) {
	file, err := kustomization.File(r.reader.Tree(), dir)
	if err != nil {
		return nil, err
	}
	chart := path.Join(dir, "Chart.yaml")
	_, kind, err := r.reader.Tree().Resolve(chart)
	switch {
	case err != nil:
		return nil, err
	case s.Directory != nil, file == "" && kind == tree.None:
		result.used = append(result.used, dir)
		return Directory(r.reader, dir, s.Directory)
	case file == "":
		return nil, source.Errorf(at, "%s: Helm charts are not supported: render the chart into a base", chart)
	}
	options := r.build
	options.Edit = result.application.Edit(s)
	objects, top, err := Kustomize(r.reader, dir, options)
	result.use(top)
	return objects, err
}

// pinned matches the revisions that stay what they are: commits, and tags of versions.
var pinned = regexp.MustCompile(`^([0-9a-f]{40}|v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)$`)

// foreign checks a source in another repository, which is not rendered: that it is
// meant to be there, and says which revision.
func (r *renderer) foreign(a *Application, s argo.Source) error {
	var all []error
	if dir, inside := tree.Clean(s.Path); inside && s.Path != "" {
		if _, kind, err := r.reader.Tree().Resolve(dir); err == nil && kind == tree.Directory {
			all = append(all, a.Object.Errorf(s.Field.Key("repoURL"), "%s is not this repository, %s, but this one has the path %s", s.RepoURL, r.repository, s.Path))
		}
	}
	if !pinned.MatchString(s.TargetRevision) {
		all = append(all, a.Object.Errorf(s.Field.Key("targetRevision"), "%q is no commit and no version: pin what is not in this repository", s.TargetRevision))
	}
	return errors.Join(all...)
}

// own says whether a repository is the one that is being rendered.
func (r *renderer) own(url string) bool {
	return r.repository == "" || normal(url) == normal(r.repository)
}

func normal(url string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(url, "/"), ".git"))
}
