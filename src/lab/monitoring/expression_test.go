package monitoring_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/bitpin/exchange/src/internal/metrics"
)

// expression is one query and where it stands.
type expression struct{ where, text string }

// expressions gives all queries of rules and dashboards.
func expressions(t *testing.T) []expression {
	t.Helper()
	var all []expression
	for _, r := range rules(t) {
		all = append(all, expression{r.File + ": " + r.name(), r.Expr})
	}
	for file, d := range dashboards(t) {
		for _, q := range d.queries(t) {
			all = append(all, expression{file + ": " + q.where, q.text})
		}
	}
	return all
}

// foreign are the metrics of other programs that may be queried. Theirs is not our code:
// what they are called was read from their documentation.
var foreign = regexp.MustCompile(`^(up$|alertmanager_|argocd_|container_|externalsecret_|felix_|fluentbit_|` +
	`kube_|kubelet_|nginx_ingress_controller_|node_|pg_|prometheus_)`)

func TestEachExpressionParsesAndNamesWhatIsExported(t *testing.T) {
	t.Parallel()
	known := metrics.Names()
	for _, r := range rules(t) {
		if r.Record != "" {
			known = append(known, r.Record)
		}
	}
	own := 0
	for _, e := range expressions(t) {
		parsed, err := parser.ParseExpr(e.text)
		if err != nil {
			t.Errorf("%s: %v", e.where, err)
			continue
		}
		for name, matchers := range selectors(parsed) {
			if slices.Contains(known, name) {
				own++
			} else if !foreign.MatchString(name) {
				t.Errorf("%s: nothing exports %s", e.where, name)
			}
			if strings.HasPrefix(name, "exchange_") && !strings.Contains(e.where, ": variable ") && !selectsJob(matchers) {
				t.Errorf("%s: %s is not limited to the job exchange", e.where, name)
			}
		}
	}
	if own == 0 {
		t.Error("no expression names a metric of the exchange: the test looks in the wrong place")
	}
}

// selectors gives the names of the metrics in an expression, with their matchers.
func selectors(e parser.Expr) map[string][]*labels.Matcher {
	found := map[string][]*labels.Matcher{}
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok {
			found[s.Name] = s.LabelMatchers
		}
		return nil
	})
	return found
}

func selectsJob(matchers []*labels.Matcher) bool {
	return slices.ContainsFunc(matchers, func(m *labels.Matcher) bool {
		return m.Name == "job" && m.Type == labels.MatchEqual && m.Value == "exchange"
	})
}

// histogramParts end the names of a histogram's classic series.
var histogramParts = []string{"_bucket", "_count", "_sum"}

// A metric that no dashboard and no rule looks at is one that nobody will.
func TestEachMetricOfTheExchangeIsLookedAt(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range expressions(t) {
		parsed, err := parser.ParseExpr(e.text)
		if err != nil {
			continue // the test above says it
		}
		for name := range selectors(parsed) {
			seen[name] = true
		}
	}
	for _, name := range metrics.Names() {
		if !strings.HasPrefix(name, "exchange_") || slices.ContainsFunc(histogramParts, func(part string) bool { return strings.HasSuffix(name, part) }) {
			continue
		}
		if !seen[name] && !seen[name+"_bucket"] {
			t.Errorf("no dashboard and no rule looks at %s", name)
		}
	}
}
