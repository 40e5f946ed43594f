// Package diff says what the objects of clusters gain, lose and change between two
// states of a tree.
package diff

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Kind is what happened to an object.
type Kind string

// The kinds of change.
const (
	Added   Kind = "+"
	Removed Kind = "-"
	Changed Kind = "~"
)

// Change is what happened to one object.
type Change struct {
	Kind   Kind
	Object string
	// Was is what the object was called before, if it is now called otherwise: kustomize
	// puts a hash of the content into names.
	Was string
	// Position is where the object is from; before, if it was removed.
	source.Position
	// Fields that differ, if it was changed.
	Fields []Field
}

// Field is a field that differs. Old or New is "" where it is missing.
type Field struct{ Path, Old, New string }

// Application is an Application of which something changed.
type Application struct {
	Cluster, Name string
	Changes       []Change
}

// Count returns how many changes are of a kind.
func (a Application) Count(kind Kind) int {
	count := 0
	for _, c := range a.Changes {
		if c.Kind == kind {
			count++
		}
	}
	return count
}

// owned is an object by who renders it.
type owned struct{ cluster, application string }

// Clusters compares clusters, before and after.
func Clusters(before, after []*render.Cluster) []Application {
	old, now := group(before), group(after)
	var all []Application
	for who := range union(old, now) {
		if changes := compare(old[who], now[who]); len(changes) > 0 {
			all = append(all, Application{who.cluster, who.application, changes})
		}
	}
	slices.SortFunc(all, func(a, b Application) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func group(clusters []*render.Cluster) map[owned]map[object.ID]*object.Object {
	all := map[owned]map[object.ID]*object.Object{}
	for _, c := range clusters {
		for _, a := range c.Applications {
			objects := map[object.ID]*object.Object{}
			for _, o := range a.Objects {
				objects[o.ID] = o
			}
			all[owned{c.Name, a.Name}] = objects
		}
	}
	return all
}

func union[K comparable, V any](a, b map[K]V) map[K]bool {
	all := map[K]bool{}
	for key := range a {
		all[key] = true
	}
	for key := range b {
		all[key] = true
	}
	return all
}

// compare lists the changes of one Application's objects, by their names.
func compare(before, after map[object.ID]*object.Object) []Change {
	renamed := pairs(before, after)
	var changes []Change
	for id := range union(before, after) {
		old, now := before[id], after[id]
		switch {
		case now == nil && renamed[id] != nil:
			continue // told with what it is called now
		case now == nil:
			changes = append(changes, Change{Kind: Removed, Object: id.String(), Position: old.Origin.Position})
			continue
		case old == nil:
			old = renamed[id]
		}
		c := Change{Kind: Changed, Object: id.String(), Position: now.Origin.Position}
		if old == nil {
			c.Kind = Added
		} else if c.Fields = fields(old, now); len(c.Fields) == 0 {
			continue
		} else if old.ID != id {
			c.Was = old.String()
		}
		changes = append(changes, c)
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Object, b.Object) })
	return changes
}

// hash ends the names of what kustomize generates, and changes with the content.
var hash = regexp.MustCompile(`-[2456789bcdfghkmt]{10}$`)

// pairs finds generated objects that got a new hash: what each was or became.
func pairs(before, after map[object.ID]*object.Object) map[object.ID]*object.Object {
	stem := func(id object.ID) object.ID {
		id.Name = hash.ReplaceAllString(id.Name, "")
		return id
	}
	gone := map[object.ID]*object.Object{}
	for id, o := range before {
		if after[id] == nil && hash.MatchString(id.Name) {
			gone[stem(id)] = o
		}
	}
	all := map[object.ID]*object.Object{}
	for id, o := range after {
		if old := gone[stem(id)]; old != nil && before[id] == nil && hash.MatchString(id.Name) {
			all[id], all[old.ID] = old, o
		}
	}
	return all
}
