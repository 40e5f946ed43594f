package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// violations lists what an audit found: the invariants' names with their rows.
func (d *desk) violations() []string {
	d.t.Helper()
	report, err := d.RunAudit(d.t.Context())
	d.must(err)
	found := []string{}
	for _, i := range report.Invariants {
		for _, example := range i.Examples {
			found = append(found, i.Name+": "+example)
		}
		if int(i.Violations) != len(i.Examples) {
			d.t.Errorf("%s: %d violations with %d examples", i.Name, i.Violations, len(i.Examples))
		}
	}
	return found
}

func TestHealthyExchangePassesItsAudit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	report, err := d.RunAudit(t.Context())
	d.must(err)
	if report.Seq != 22 || report.At != d.millis() || len(report.Invariants) != 17 || report.Violated() != 0 {
		t.Errorf("got %+v", report)
	}
	for _, i := range report.Invariants {
		if i.Name == "" || i.Meaning == "" {
			t.Errorf("got an invariant without a name or a meaning: %+v", i)
		}
	}
	if diff := cmp.Diff([]string{}, d.violations()); diff != "" {
		t.Error(diff)
	}
}
