package waiver

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

const (
	// File is where a tree keeps its waivers.
	File = "policy/waivers.yaml"
	// MaxDays is how many days ahead a waiver may expire at most.
	MaxDays = 180
	// SoonDays is how many days before its expiry a waiver warns.
	SoonDays = 14
)

// Waiver accepts the findings of a rule about some objects. Its last day is Expires.
type Waiver struct {
	Rule string `json:"rule"`
	// Cluster limits it to one; "" means all.
	Cluster string `json:"cluster,omitempty"`
	// Object is the object's name as findings have it; "*" stands for anything but "/".
	Object  string `json:"object"`
	Owner   string `json:"owner"`
	Reason  string `json:"reason"`
	Expires string `json:"expires"`

	at      source.Position
	expires time.Time
	used    bool
}

// Set is the waivers of a tree on a day.
type Set struct {
	waivers []*Waiver
	today   time.Time
}

// Read reads the waivers of a tree. None is no error. A waiver that is incomplete, that
// lasts too long or that is for no known rule is a source.Error, and all of them are joined.
func Read(reader *source.Reader, rules []report.Rule, now time.Time) (*Set, error) {
	s := &Set{today: now.UTC().Truncate(24 * time.Hour)}
	documents, err := reader.Documents(File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, err
	}
	var all []error
	for _, document := range documents {
		var file struct {
			Waivers []*Waiver `json:"waivers"`
		}
		if err := document.Into(&file); err != nil {
			return nil, err
		}
		for i, w := range file.Waivers {
			field := source.ParsePath("waivers").Index(i)
			all = append(all, s.add(document, field, w, rules))
		}
	}
	return s, errors.Join(all...)
}

func (s *Set) add(document source.Document, field source.Path, w *Waiver, rules []report.Rule) error {
	refuse := func(key, format string, args ...any) error {
		at, _ := document.Nearest(field.Key(key))
		wrong := source.Errorf(at, format, args...)
		wrong.Field = field.Key(key).String()
		return wrong
	}
	if w == nil {
		return refuse("rule", "an empty waiver")
	}
	for _, text := range []struct{ key, value string }{
		{"rule", w.Rule}, {"object", w.Object}, {"owner", w.Owner}, {"reason", w.Reason}, {"expires", w.Expires},
	} {
		if strings.TrimSpace(text.value) == "" {
			return refuse(text.key, "missing: a waiver states rule, object, owner, reason and expires")
		}
	}
	if !slices.ContainsFunc(rules, func(r report.Rule) bool { return r.ID == w.Rule }) {
		return refuse("rule", "no rule is called %q; `gitops policies` lists them", w.Rule)
	}
	if _, err := path.Match(w.Object, ""); err != nil {
		return refuse("object", "%q is no pattern: %v", w.Object, err)
	}
	expires, err := time.Parse(time.DateOnly, w.Expires)
	if err != nil {
		return refuse("expires", "%q is no day such as 2026-01-31", w.Expires)
	}
	if expires.After(s.today.AddDate(0, 0, MaxDays)) {
		return refuse("expires", "%s is more than %d days away", w.Expires, MaxDays)
	}
	w.at, _ = document.Nearest(field)
	w.expires = expires
	s.waivers = append(s.waivers, w)
	return nil
}

// accepts says whether a waiver is for a result.
func (w *Waiver) accepts(r report.Result) bool {
	if w.Rule != r.Rule || w.Cluster != "" && w.Cluster != r.Cluster {
		return false
	}
	matched, err := path.Match(w.Object, r.Object)
	return err == nil && matched
}

func (w *Waiver) reason() string {
	return fmt.Sprintf("%s (%s, until %s)", w.Reason, w.Owner, w.Expires)
}
