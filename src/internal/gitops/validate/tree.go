package validate

import (
	"context"
	"errors"
	"path"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Whole is a tree with all its clusters.
type Whole struct {
	Clusters []*render.Cluster
	Findings []report.Finding
}

// Tree renders and validates every cluster, and finds kustomizations of apps and
// platform that none of them uses.
func Tree(ctx context.Context, reader *source.Reader, options render.Options) (*Whole, error) {
	names, err := render.Clusters(reader.Tree())
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("clusters/ has no cluster")
	}
	whole, err := Clusters(ctx, reader, names, options)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, c := range whole.Clusters {
		for dir := range c.Used {
			used[dir] = true
		}
	}
	if !slices.ContainsFunc(whole.Findings, hidesUse) {
		whole.Findings = append(whole.Findings, unused(reader, used)...)
	}
	whole.Findings = report.Sort(whole.Findings)
	return whole, nil
}

// Clusters renders and validates some clusters at a time.
func Clusters(ctx context.Context, reader *source.Reader, names []string, options render.Options) (*Whole, error) {
	whole := &Whole{Clusters: make([]*render.Cluster, len(names))}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, options.Jobs))
	for i, name := range names {
		group.Go(func() (err error) {
			whole.Clusters[i], err = Cluster(ctx, reader, name, options)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, c := range whole.Clusters {
		whole.Findings = append(whole.Findings, c.Findings...)
	}
	return whole, nil
}

// hidesUse says whether something could not be rendered, so that what it would have used
// is not known.
func hidesUse(f report.Finding) bool {
	return f.Rule == render.RuleRender || f.Rule == render.RuleForeign || f.Rule == render.RuleTwice
}

// unused finds kustomizations that were not rendered.
func unused(reader *source.Reader, used map[string]bool) []report.Finding {
	var findings []report.Finding
	for _, top := range []string{"apps", "platform"} {
		if _, err := reader.Tree().List(top); err != nil {
			continue
		}
		err := reader.Tree().Walk(top, func(name string) error {
			if slices.Contains(kustomization.FileNames, path.Base(name)) && !used[path.Dir(name)] {
				at := source.Position{File: name, Line: 1}
				findings = append(findings, report.Finding{Rule: RuleUnused, Position: at, Message: "no cluster uses this kustomization"})
			}
			return nil
		})
		f := report.Finding{Rule: RuleUnused, Position: source.Position{File: top}}
		findings = append(findings, report.FromError(f, err)...)
	}
	return findings
}
