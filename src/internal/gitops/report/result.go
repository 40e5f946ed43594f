package report

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Severity says what a finding of a rule leads to.
type Severity string

// The severities.
const (
	Fails Severity = "error"   // the check fails
	Warns Severity = "warning" // it is told, and nothing fails
)

// State says what a finding is in comparison with another state of the tree.
type State string

// The states. Without a comparison there is none.
const (
	New      State = "new"
	Existing State = "existing"
	Fixed    State = "fixed"
)

// Rule is what a rule says of itself.
type Rule struct {
	ID, Title, Description, Solution string
	Severity                         Severity
	// File is where the rule is written, "" for one of gitops itself.
	File string
}

// Result is a finding that was held to severities, waivers and a base.
type Result struct {
	Finding
	Severity Severity
	Solution string
	State    State
	// Waived is why the finding is accepted for a while, "" if it is not.
	Waived string
	// Identity is the same for the same finding in another state of the tree.
	Identity string
}

// Failing says whether the result alone makes a check fail.
func (r Result) Failing() bool {
	return r.Severity == Fails && r.Waived == "" && r.State != Existing && r.State != Fixed
}

// FailedBefore says whether the result would have made a check of the base fail, too.
func (r Result) FailedBefore() bool {
	return r.Severity == Fails && r.Waived == "" && r.State == Existing
}

// Report is all that a check has to say.
type Report struct {
	// Clusters that were checked, and how much was.
	Clusters              []string
	Applications, Objects int
	Rules                 []Rule
	Results               []Result
	// Base is what the tree was compared with, "" if with nothing.
	Base string
}

// Failing returns how many results make the check fail.
func (r *Report) Failing() int {
	return r.Count(Result.Failing)
}

// Count returns how many results are of a kind.
func (r *Report) Count(is func(Result) bool) int {
	count := 0
	for _, result := range r.Results {
		if is(result) {
			count++
		}
	}
	return count
}

// hash ends the names of objects that kustomize generates, and changes with their content.
var hash = regexp.MustCompile(`-[2456789bcdfghkmt]{10}$`)

// Identity names a finding by rule, cluster, object and field.
func Identity(rule, cluster, id, field string) string {
	if strings.HasPrefix(id, "ConfigMap/") || strings.HasPrefix(id, "Secret/") {
		id = hash.ReplaceAllString(id, "")
	}
	return strings.Join([]string{rule, cluster, id, field}, " ")
}

// SortResults orders results by severity, place and cluster.
func SortResults(results []Result) []Result {
	slices.SortStableFunc(results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Object, b.Object),
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Cluster, b.Cluster),
			cmp.Compare(a.Application, b.Application),
		)
	})
	return results
}

// Compare sets the states of results against those of a base, and adds those that are
// only in the base as fixed.
func Compare(results, base []Result) []Result {
	before, now := map[string]bool{}, map[string]bool{}
	for _, r := range base {
		before[r.Identity] = true
	}
	compared := slices.Clone(results)
	for i, r := range compared {
		now[r.Identity] = true
		compared[i].State = New
		if before[r.Identity] {
			compared[i].State = Existing
		}
	}
	for _, r := range base {
		if !now[r.Identity] {
			r.State = Fixed
			compared = append(compared, r)
		}
	}
	return SortResults(compared)
}
