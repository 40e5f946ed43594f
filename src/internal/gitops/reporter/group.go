package reporter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// group is one thing to correct: what several clusters show that build upon one file.
type group struct {
	report.Result
	// where are cluster and Application of each, in order.
	where []string
}

// groups puts results together that say the same of the same place.
func groups(results []report.Result) []*group {
	type key struct {
		rule, field, message, waived string
		at                           source.Position
		state                        report.State
	}
	var all []*group
	seen := map[key]*group{}
	for _, r := range results {
		k := key{r.Rule, r.Field, r.Message, r.Waived, r.Position, r.State}
		g, ok := seen[k]
		if !ok {
			g = &group{Result: r}
			seen[k] = g
			all = append(all, g)
		}
		if at := place(r); at != "" && !slices.Contains(g.where, at) {
			g.where = append(g.where, at)
		}
	}
	return all
}

// place is cluster and Application of a result.
func place(r report.Result) string {
	return strings.Trim(r.Cluster+"/"+r.Application, "/")
}

// filter returns the groups that are of a kind.
func filter(all []*group, is func(report.Result) bool) []*group {
	return slices.DeleteFunc(slices.Clone(all), func(g *group) bool { return !is(g.Result) })
}

// subject is the object and the field that a result is about.
func subject(r report.Result) string {
	if r.Field == "" {
		return r.Object
	}
	return strings.TrimPrefix(r.Object+": "+r.Field, ": ")
}

// statement is what is wrong with what, in one line.
func statement(r report.Result) string {
	message := strings.Join(strings.Fields(r.Message), " ")
	if about := subject(r); about != "" {
		return about + ": " + message
	}
	return message
}

// origin lists where a group shows and what else is to be said, in brackets.
func (g *group) origin(more ...string) string {
	all := append(slices.Clone(g.where), more...)
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// scope says what was checked.
func scope(r *report.Report) string {
	return fmt.Sprintf("%s of %s in %s, %s", count(r.Objects, "object"), count(r.Applications, "Application"), count(len(r.Clusters), "cluster"), count(len(r.Rules), "rule"))
}

// verdict is the report in one line.
func verdict(r *report.Report) string {
	failing := r.Failing()
	warnings := r.Count(func(r report.Result) bool {
		return r.Severity == report.Warns && r.Waived == "" && r.State != report.Fixed
	})
	waived := r.Count(func(r report.Result) bool { return r.Waived != "" && r.State != report.Fixed })
	parts := []string{count(failing, "finding") + " to correct"}
	if warnings > 0 {
		parts = append(parts, count(warnings, "warning"))
	}
	if waived > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", waived))
	}
	if r.Base != "" {
		existing := r.Count(report.Result.FailedBefore)
		fixed := r.Count(func(r report.Result) bool { return r.State == report.Fixed })
		parts = append(parts, fmt.Sprintf("%d there before, %d fixed since %s", existing, fixed, r.Base))
	}
	return strings.Join(parts, ", ")
}
