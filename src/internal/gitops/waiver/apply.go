package waiver

import (
	"fmt"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// Rules that waivers themselves are held to.
const (
	RuleExpired = "waiver-expired"
	RuleSoon    = "waiver-expiring"
	RuleUnused  = "waiver-unused"
)

// Rules describes the rules of this package.
func Rules() []report.Rule {
	return []report.Rule{
		{
			ID: RuleExpired, Severity: report.Fails, File: File,
			Title:       "Waivers are in force",
			Description: "A waiver that has expired accepts nothing any more.",
			Solution:    "Correct what was waived and remove the waiver, or decide anew and say until when.",
		},
		{
			ID: RuleSoon, Severity: report.Warns, File: File,
			Title:       "Waivers are looked at before they expire",
			Description: fmt.Sprintf("A waiver warns in its last %d days.", SoonDays),
			Solution:    "Correct what is waived before the check fails.",
		},
		{
			ID: RuleUnused, Severity: report.Warns, File: File,
			Title:       "Waivers are used",
			Description: "A waiver that accepts nothing hides the next finding of its rule.",
			Solution:    "Remove the waiver.",
		},
	}
}

// Apply marks the results that are waived and adds what is to be said of the waivers.
// Whether a waiver is unused can be said of all clusters only.
func (s *Set) Apply(results []report.Result, all bool) []report.Result {
	for i, r := range results {
		for _, w := range s.waivers {
			if !w.accepts(r) {
				continue
			}
			w.used = true
			if !s.expired(w) {
				results[i].Waived = w.reason()
			}
		}
	}
	for _, w := range s.waivers {
		days := int(w.expires.Sub(s.today).Hours() / 24)
		switch {
		case s.expired(w):
			results = append(results, w.result(RuleExpired, fmt.Sprintf("the waiver of %s for %s expired on %s (%s)", w.Rule, w.Object, w.Expires, w.Owner)))
		case all && !w.used:
			results = append(results, w.result(RuleUnused, fmt.Sprintf("the waiver of %s for %s accepts nothing (%s)", w.Rule, w.Object, w.Owner)))
		case days <= SoonDays:
			results = append(results, w.result(RuleSoon, fmt.Sprintf("the waiver of %s for %s expires on %s, in %d days (%s)", w.Rule, w.Object, w.Expires, days, w.Owner)))
		}
	}
	return results
}

// expired says whether the last day of a waiver is over.
func (s *Set) expired(w *Waiver) bool { return s.today.After(w.expires) }

// result is something to be said of a waiver itself.
func (w *Waiver) result(rule, message string) report.Result {
	r := report.Result{
		Finding:  report.Finding{Rule: rule, Cluster: w.Cluster, Object: w.Object, Position: w.at, Message: message},
		Identity: report.Identity(rule, w.Cluster, w.Rule+" "+w.Object, ""),
	}
	for _, known := range Rules() {
		if known.ID == rule {
			r.Severity, r.Solution = known.Severity, known.Solution
		}
	}
	return r
}
