package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
	"github.com/bitpin/exchange/src/internal/gitops/waiver"
)

// Options are what is checked, and how.
type Options struct {
	// Clusters by name; none means all.
	Clusters []string
	// Jobs is how many Applications are rendered at a time, and clusters checked.
	Jobs int
	// Now is when waivers are looked at.
	Now time.Time
	// Base, if not nil, is the tree to compare with; BaseName is what it is called.
	Base     *tree.Tree
	BaseName string
	// Progress is told how far the rendering is.
	Progress func(cluster string, done, known int)
}

// Run checks a tree with its own policies and waivers. What is wrong with the tree is in
// the report; an error is that it could not be found out.
func Run(ctx context.Context, t *tree.Tree, options Options) (*report.Report, error) {
	reader := source.NewReader(t)
	var policies *Policies
	var whole *validate.Whole
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() (err error) { policies, err = Load(t); return })
	group.Go(func() (err error) { whole, err = rendered(inner, reader, options); return })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	rules := append(own(), policies.Rules()...)
	waivers, err := waiver.Read(reader, rules, options.Now)
	if err != nil {
		return nil, err
	}
	results, err := policies.check(ctx, whole, options.Jobs)
	if err != nil {
		return nil, err
	}
	results = waivers.Apply(results, len(options.Clusters) == 0)
	r := &report.Report{Rules: append(rules, waiver.Rules()...), Results: report.SortResults(results)}
	for _, c := range whole.Clusters {
		r.Clusters = append(r.Clusters, c.Name)
		r.Applications += len(c.Applications)
		for _, a := range c.Applications {
			r.Objects += len(a.Objects)
		}
	}
	if options.Base == nil {
		return r, nil
	}
	before, err := policies.base(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("checking %s: %w", options.BaseName, err)
	}
	for _, c := range whole.Clusters {
		if incomplete(c) { // what cannot be seen is not fixed
			before = slices.DeleteFunc(before, func(r report.Result) bool { return r.Cluster == c.Name })
		}
	}
	r.Base = options.BaseName
	r.Results = report.Compare(r.Results, before)
	return r, nil
}

// Render renders the clusters to check.
func Render(ctx context.Context, t *tree.Tree, options Options) ([]*render.Cluster, error) {
	whole, err := rendered(ctx, source.NewReader(t), options)
	if err != nil {
		return nil, err
	}
	return whole.Clusters, nil
}

func rendered(ctx context.Context, reader *source.Reader, options Options) (*validate.Whole, error) {
	how := render.Options{Jobs: options.Jobs, Progress: options.Progress}
	if len(options.Clusters) == 0 {
		return validate.Tree(ctx, reader, how)
	}
	return validate.Clusters(ctx, reader, slices.Compact(slices.Sorted(slices.Values(options.Clusters))), how)
}

// check returns what rendering and the rules find.
func (p *Policies) check(ctx context.Context, whole *validate.Whole, jobs int) ([]report.Result, error) {
	var results []report.Result
	if complete := slices.DeleteFunc(slices.Clone(whole.Clusters), incomplete); len(complete) > 0 {
		var err error
		if results, err = p.Evaluate(ctx, complete, jobs); err != nil {
			return nil, err
		}
	}
	for _, c := range whole.Clusters {
		for _, f := range c.Findings {
			if f.Rule != validate.RuleOwner { // cluster.one_owner says it
				results = append(results, plain(f))
			}
		}
	}
	for _, f := range whole.Findings {
		if f.Rule == validate.RuleUnused { // of no cluster
			results = append(results, plain(f))
		}
	}
	return results, nil
}

// incomplete says whether part of a cluster could not be rendered, or does not fit its
// kind. The rules would find over and over that objects are missing, or stumble over them.
func incomplete(c *render.Cluster) bool {
	return slices.ContainsFunc(c.Findings, func(f report.Finding) bool {
		return slices.Contains([]string{render.RuleRender, render.RuleTwice, render.RuleEmpty, validate.RuleSchema}, f.Rule)
	})
}

// plain is a finding of rendering.
func plain(f report.Finding) report.Result {
	subject := f.Object
	if subject == "" {
		subject = f.File
	}
	return report.Result{
		Finding: f, Severity: report.Fails, Solution: solution(f.Rule),
		Identity: report.Identity(f.Rule, f.Cluster, subject, f.Field),
	}
}

// base returns what was found in the tree to compare with, by the rules of now. Clusters
// that were not there have nothing to tell.
func (p *Policies) base(ctx context.Context, options Options) ([]report.Result, error) {
	names, err := render.Clusters(options.Base)
	if err != nil {
		return nil, err
	}
	if len(options.Clusters) > 0 {
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(options.Clusters, name) })
	}
	if len(names) == 0 {
		return nil, nil
	}
	how := render.Options{Jobs: options.Jobs, Progress: options.Progress}
	var whole *validate.Whole
	reader := source.NewReader(options.Base)
	if len(options.Clusters) == 0 {
		whole, err = validate.Tree(ctx, reader, how)
	} else {
		whole, err = validate.Clusters(ctx, reader, names, how)
	}
	if err != nil {
		return nil, err
	}
	return p.check(ctx, whole, options.Jobs)
}
