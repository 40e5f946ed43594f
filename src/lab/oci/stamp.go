package oci

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Stamp says what a program was built from.
type Stamp struct {
	// Version is that of a release, 1.4.2, or of a commit after it, as Go writes it without
	// the v: 1.4.3-0.20261126113410-abcdef123456. It is a tag of an image, too.
	Version string
	// Commit is the hash. Both end with "-modified" if the work tree was not as the commit.
	Commit string
	// Time is when the commit was made.
	Time time.Time
}

// Modified says whether the work tree was not as the commit.
func (s Stamp) Modified() bool { return strings.HasSuffix(s.Version, modified) }

const modified = "-modified"

var release = regexp.MustCompile(`^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`)

// Describe finds out what the work tree below root is: the version by the newest release
// before the commit, a tag such as v1.4.2.
func Describe(ctx context.Context, root string) (Stamp, error) {
	git := func(args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("finding out which commit this is: git %s: %w", args[0], err)
		}
		return strings.TrimSpace(string(out)), nil
	}
	head, err := git("log", "-1", "--format=%H %ct")
	if err != nil {
		return Stamp{}, err
	}
	hash, at, _ := strings.Cut(head, " ")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return Stamp{}, fmt.Errorf("finding out which commit this is: %w", err)
	}
	s := Stamp{Commit: hash, Time: time.Unix(seconds, 0).UTC()}
	tags, err := git("tag", "--merged", "HEAD", "--sort=-version:refname", "--list", "v*")
	if err != nil {
		return Stamp{}, err
	}
	here, err := git("tag", "--points-at", "HEAD", "--list", "v*")
	if err != nil {
		return Stamp{}, err
	}
	s.Version = version(strings.Fields(tags), strings.Fields(here), s)
	// Only what a program is built from counts; overlays may be edited meanwhile.
	changed, err := git("status", "--porcelain", "--", "src", "go.mod", "go.sum")
	if err != nil {
		return Stamp{}, err
	}
	if changed != "" {
		s.Version += modified
		s.Commit += modified
	}
	return s, nil
}

// version names a commit, given the tags before it and those at it.
func version(before, here []string, s Stamp) string {
	for _, tag := range before {
		m := release.FindStringSubmatch(tag)
		if m == nil {
			continue
		}
		for _, at := range here {
			if at == tag {
				return tag[1:]
			}
		}
		patch, err := strconv.Atoi(m[3])
		if err != nil {
			continue
		}
		return fmt.Sprintf("%s.%s.%d-0.%s-%.12s", m[1], m[2], patch+1, s.Time.Format("20060102150405"), s.Commit)
	}
	return fmt.Sprintf("0.0.0-%s-%.12s", s.Time.Format("20060102150405"), s.Commit)
}
