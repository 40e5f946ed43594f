package validate

import (
	"context"
	"errors"
	"path"

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
	unused, err := unusedIn(reader, used)
	if err != nil {
		return nil, err
	}
	whole.Findings = report.Sort(append(whole.Findings, unused...))
	return whole, nil
}

// unusedIn finds kustomizations that were not rendered.
func unusedIn(reader *source.Reader, used map[string]bool) ([]report.Finding, error) {
	var findings []report.Finding
	for _, top := range []string{"apps", "platform"} {
		if _, err := reader.Tree().List(top); err != nil {
			continue
		}
		err := reader.Tree().Walk(top, func(name string) error {
			dir := path.Dir(name)
			for _, known := range kustomization.FileNames {
				if path.Base(name) == known && !used[dir] {
					at := source.Position{File: name, Line: 1}
					findings = append(findings, report.Finding{Rule: RuleUnused, Position: at, Message: "no cluster uses this kustomization"})
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return findings, nil
}
