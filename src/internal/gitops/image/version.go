package image

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// History knows the commits that versions were built from.
type History interface {
	// Resolve returns the commit of a Git tag or of the beginning of a commit's hash, and
	// "" if there is none.
	Resolve(name string) (commit string, err error)
	// IsAncestor says whether the second commit was made upon the first.
	IsAncestor(ancestor, descendant string) (bool, error)
}

// ErrNotComparable says that neither the versions nor Git tell which of two is newer.
var ErrNotComparable = errors.New("not comparable")

// Compare says whether the image with the second tag is older (-1), the same (0) or newer
// (1) than the one with the first. Semantic versions are compared as such, others by the
// commits that they name. The error matches ErrNotComparable if that tells nothing.
func Compare(history History, from, to string) (int, error) {
	if from == to {
		return 0, nil
	}
	a, aErr := semver.StrictNewVersion(strings.TrimPrefix(from, "v"))
	b, bErr := semver.StrictNewVersion(strings.TrimPrefix(to, "v"))
	if aErr == nil && bErr == nil {
		if order := b.Compare(a); order != 0 {
			return order, nil
		}
	}
	before, err := Commit(history, from)
	if err != nil {
		return 0, err
	}
	after, err := Commit(history, to)
	if err != nil {
		return 0, err
	}
	if before == "" || after == "" {
		return 0, fmt.Errorf("tags %s and %s are %w: both must be semantic versions, or name commits of this repository", from, to, ErrNotComparable)
	}
	return ancestry(history, before, after)
}

func ancestry(history History, before, after string) (int, error) {
	if before == after {
		return 0, nil
	}
	if newer, err := history.IsAncestor(before, after); err != nil || newer {
		return 1, err
	}
	if older, err := history.IsAncestor(after, before); err != nil || older {
		return -1, err
	}
	return 0, fmt.Errorf("commits %.12s and %.12s are %w: neither was made upon the other", before, after, ErrNotComparable)
}

var hashAtEnd = regexp.MustCompile(`(?:^|[-.])([0-9a-f]{7,40})$`)

// Commit returns the commit that a tag of an image names: by a Git tag, v1.4.2 for 1.4.2,
// or by a commit's hash at its end, as in 1.4.3-0.20261126113410-abcdef123456. It is "" if
// there is no such commit.
func Commit(history History, tag string) (string, error) {
	names := []string{"refs/tags/" + tag, "refs/tags/v" + tag}
	if m := hashAtEnd.FindStringSubmatch(tag); m != nil {
		names = append(names, m[1])
	}
	for _, name := range names {
		if commit, err := history.Resolve(name); err != nil || commit != "" {
			return commit, err
		}
	}
	return "", nil
}
