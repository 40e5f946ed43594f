package report_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

func TestAnIdentityOutlivesAChangeOfContent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"ConfigMap/web/web-8k8fg2mbmd", "ConfigMap/web/web-755f2k8b7t", true},
		{"Secret/web/web-8k8fg2mbmd", "Secret/web/web-755f2k8b7t", true},
		{"ConfigMap/web/web-8k8fg2mbmd", "ConfigMap/web/other-755f2k8b7t", false},
		{"Service/web/web-8k8fg2mbmd", "Service/web/web-755f2k8b7t", false},
		{"ConfigMap/web/web-configfile", "ConfigMap/web/web-settings", false},
	} {
		one, other := report.Identity("r", "c", c.one, "data"), report.Identity("r", "c", c.other, "data")
		if (one == other) != c.same {
			t.Errorf("%s and %s: %q, %q", c.one, c.other, one, other)
		}
	}
}

func TestIdentitiesTellRulesClustersAndFieldsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, identity := range []string{
		report.Identity("r", "c", "Service/web/web", "spec"),
		report.Identity("s", "c", "Service/web/web", "spec"),
		report.Identity("r", "d", "Service/web/web", "spec"),
		report.Identity("r", "c", "Service/web/web", "spec.ports"),
	} {
		if seen[identity] {
			t.Errorf("%q names two findings", identity)
		}
		seen[identity] = true
	}
}

func TestOnlyWhatIsNewAndNotWaivedFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		result  report.Result
		failing bool
	}{
		"error without a base": {report.Result{Severity: report.Fails}, true},
		"new error":            {report.Result{Severity: report.Fails, State: report.New}, true},
		"existing error":       {report.Result{Severity: report.Fails, State: report.Existing}, false},
		"fixed error":          {report.Result{Severity: report.Fails, State: report.Fixed}, false},
		"waived error":         {report.Result{Severity: report.Fails, Waived: "why"}, false},
		"warning":              {report.Result{Severity: report.Warns, State: report.New}, false},
	} {
		if c.result.Failing() != c.failing {
			t.Errorf("%s: fails %t", name, !c.failing)
		}
	}
}
