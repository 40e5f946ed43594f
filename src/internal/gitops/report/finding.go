// Package report is what was found wrong in a tree, apart from how it is shown.
package report

import (
	"cmp"
	"slices"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Finding is one thing that is wrong.
type Finding struct {
	// Rule is the identifier of what was broken.
	Rule string
	// Cluster, Application and Object say where it shows, Field which field; each may
	// be empty.
	Cluster, Application, Object, Field string
	// Position is what to edit.
	source.Position
	Message string
}

// FromError makes findings of an error: each source.Error in it has its own place,
// anything else is at at.
func FromError(f Finding, err error) []Finding {
	var all []Finding
	for _, wrong := range source.Errors(f.Position, err) {
		one := f
		one.Position, one.Field, one.Message = wrong.Position, wrong.Field, wrong.Message
		all = append(all, one)
	}
	return all
}

// Sort orders findings by place, and drops those that say the same of the same place,
// as a base does that several clusters build upon.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Cluster, b.Cluster),
			cmp.Compare(a.Application, b.Application),
		)
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Position == b.Position && a.Field == b.Field && a.Message == b.Message
	})
}
