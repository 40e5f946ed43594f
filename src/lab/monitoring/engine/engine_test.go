// Package engine_test runs the alerts of the exchange in Prometheus's own engine, of the
// version that the clusters run. It is a module of its own because that version needs
// other modules than the rest of the repository.
package engine_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"sigs.k8s.io/yaml"
)

const ruleDir = "../../../../platform/kube-prometheus-stack/base/rule"

// ruleFiles turns the PrometheusRules of the exchange into files that Prometheus reads,
// as the operator does.
func ruleFiles(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(ruleDir, "prometheusrule-exchange-*.yaml"))
	if err != nil || len(found) == 0 {
		t.Fatalf("rules: %v, %v", found, err)
	}
	var files []string
	for _, file := range append(found, filepath.Join(ruleDir, "prometheusrule-target.yaml")) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var object struct {
			Spec map[string]any `json:"spec"`
		}
		if err := yaml.Unmarshal(content, &object); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		text, err := yaml.Marshal(object.Spec)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), filepath.Base(file))
		if err := os.WriteFile(out, text, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, out)
	}
	return files
}

// load gives the groups of the exchange's rules, recording rules first.
func load(t *testing.T, suite *promqltest.LazyLoader, interval time.Duration) []*rules.Group {
	t.Helper()
	m := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:              rules.EngineQueryFunc(suite.QueryEngine(), suite.Storage()),
		Appendable:             suite.Storage(),
		Context:                t.Context(),
		NotifyFunc:             func(context.Context, string, ...*rules.Alert) {},
		Logger:                 promslog.NewNopLogger(),
		NameValidationScheme:   model.UTF8Validation,
		DefaultRuleQueryOffset: func() time.Duration { return 0 },
		Parser:                 parser.NewParser(parser.Options{}),
	})
	loaded, errs := m.LoadGroups(interval, labels.EmptyLabels(), "", nil, false, ruleFiles(t)...)
	if errs != nil {
		t.Fatal(errs)
	}
	groups := slices.Collect(maps.Values(loaded))
	slices.SortFunc(groups, func(a, b *rules.Group) int {
		return strings.Compare(filepath.Base(a.File())+a.Name(), filepath.Base(b.File())+b.Name())
	})
	return groups
}

// run evaluates the rules until the last time that a scenario asks for and compares
// which alerts fire with what it wants, exactly.
func (s scenario) run(t *testing.T) {
	t.Helper()
	var input strings.Builder
	fmt.Fprintf(&input, "load %s\n", s.every)
	for _, name := range slices.Sorted(maps.Keys(s.series)) {
		for selector, values := range s.series[name] {
			fmt.Fprintf(&input, "  %s%s %s\n", name, selector, values)
		}
	}
	suite, err := promqltest.NewLazyLoader(input.String(), promqltest.LazyLoaderOpts{EnableAtModifier: true, EnableNegativeOffset: true})
	if err != nil {
		t.Fatal(err)
	}
	defer suite.Close()
	groups := load(t, suite, s.every)
	start := time.Unix(0, 0).UTC()
	last := slices.Max(slices.Collect(maps.Keys(s.want)))
	for age := time.Duration(0); age <= last; age += s.every {
		suite.WithSamplesTill(start.Add(age), func(err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range groups {
				g.Eval(suite.Context(), start.Add(age))
			}
		})
		if want, asked := s.want[age]; asked {
			if got := firing(t, groups); !slices.Equal(got, want) {
				t.Errorf("after %s fire %v, want %v", age, got, want)
			}
		}
	}
}

// firing names the alerts that fire, sorted.
func firing(t *testing.T, groups []*rules.Group) []string {
	t.Helper()
	found := map[string]bool{}
	for _, g := range groups {
		for _, r := range g.Rules() {
			if err := r.LastError(); err != nil {
				t.Fatalf("%s: %v", r.Name(), err)
			}
			alert, ok := r.(*rules.AlertingRule)
			if !ok || !strings.HasPrefix(r.Name(), "Exchange") {
				continue
			}
			for _, a := range alert.ActiveAlerts() {
				found[r.Name()] = found[r.Name()] || a.State == rules.StateFiring
			}
		}
	}
	maps.DeleteFunc(found, func(_ string, fires bool) bool { return !fires })
	return slices.Sorted(maps.Keys(found))
}
