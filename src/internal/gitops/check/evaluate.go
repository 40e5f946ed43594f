package check

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// Evaluate holds clusters to all rules, several at a time. An error is that a rule could
// not be evaluated, or said what makes no sense.
func (p *Policies) Evaluate(ctx context.Context, clusters []*render.Cluster, jobs int) ([]report.Result, error) {
	if len(clusters) == 0 {
		return nil, errors.New("no cluster to check")
	}
	queries, err := p.queries(ctx, (jobs+len(clusters)-1)/len(clusters))
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var results []report.Result
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, jobs))
	for _, c := range clusters {
		e := sync.OnceValues(func() (*evaluation, error) { return p.start(c) })
		for _, query := range queries {
			group.Go(func() error {
				e, err := e()
				if err != nil {
					return err
				}
				found, err := e.run(ctx, query)
				mu.Lock()
				defer mu.Unlock()
				results = append(results, found...)
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return report.SortResults(results), nil
}

// queries divides the rules into prepared queries, once for each count.
func (p *Policies) queries(ctx context.Context, count int) ([]rego.PreparedEvalQuery, error) {
	count = min(max(1, count), len(p.rules))
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.prepared[count]; ok {
		return known, nil
	}
	groups := make([][]report.Rule, count)
	for i, rule := range p.rules {
		groups[i%len(groups)] = append(groups[i%len(groups)], rule)
	}
	queries := make([]rego.PreparedEvalQuery, len(groups))
	for i, rules := range groups {
		var err error
		if queries[i], err = p.prepare(rules).PrepareForEval(ctx); err != nil {
			return nil, fmt.Errorf("preparing the policies: %w", err)
		}
	}
	p.prepared[count] = queries
	return queries, nil
}

// evaluation is one cluster that is being checked.
type evaluation struct {
	cluster string
	input   ast.Value
	places  map[string]place
	rules   map[string]report.Rule
}

func (p *Policies) start(c *render.Cluster) (*evaluation, error) {
	input, err := ast.InterfaceToValue(Document(c))
	if err != nil {
		return nil, fmt.Errorf("showing the cluster %s to the policies: %w", c.Name, err)
	}
	rules := make(map[string]report.Rule, len(p.rules))
	for _, rule := range p.rules {
		rules[rule.ID] = rule
	}
	return &evaluation{cluster: c.Name, input: input, places: places(c), rules: rules}, nil
}

func (e *evaluation) run(ctx context.Context, query rego.PreparedEvalQuery) ([]report.Result, error) {
	answer, err := query.Eval(ctx, rego.EvalParsedInput(e.input))
	if err != nil {
		return nil, fmt.Errorf("checking the cluster %s: %w", e.cluster, err)
	}
	if len(answer) != 1 {
		return nil, fmt.Errorf("checking the cluster %s: %d answers where one is expected", e.cluster, len(answer))
	}
	found, _ := answer[0].Bindings["found"].(map[string]any)
	var results []report.Result
	for id, set := range found {
		list, _ := set.([]any)
		for _, value := range list {
			r, err := e.result(e.rules[id], value)
			if err != nil {
				return nil, fmt.Errorf("%s: checking the cluster %s: %w", e.rules[id].File, e.cluster, err)
			}
			results = append(results, r)
		}
	}
	return results, nil
}
