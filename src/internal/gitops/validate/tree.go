package validate

import (
	"context"
	"errors"
	"path"
	"slices"

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
	whole := &Whole{}
	used := map[string]bool{}
	for _, name := range names {
		c, err := Cluster(ctx, reader, name, options)
		if err != nil {
			return nil, err
		}
		whole.Clusters = append(whole.Clusters, c)
		whole.Findings = append(whole.Findings, c.Findings...)
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
