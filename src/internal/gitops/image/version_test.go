package image_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/image"
)

// line is a history of commits, each made upon the one before; those in capitals are
// beside it.
type line string

func (l line) Resolve(name string) (string, error) {
	switch name = strings.TrimPrefix(name, "refs/tags/"); {
	case name == "v1.4.0-rc", name == "release-a":
		return "aaaaaaa", nil
	case strings.Contains(string(l), name):
		return name, nil
	default:
		return "", nil
	}
}

func (l line) IsAncestor(ancestor, descendant string) (bool, error) {
	before, _, _ := strings.Cut(string(l), ancestor)
	beforeToo, _, _ := strings.Cut(string(l), descendant)
	return len(before) < len(beforeToo) && descendant != "ddddddd", nil
}

func TestWhichTagIsNewer(t *testing.T) {
	t.Parallel()
	history := line("aaaaaaa bbbbbbb ccccccc ddddddd")
	for _, test := range []struct {
		from, to string
		want     int
	}{
		{"1.4.2", "1.4.10", 1},
		{"1.4.10", "1.4.2", -1},
		{"v1.4.2", "1.5.0", 1},
		{"1.4.2", "1.4.2-rc.1", -1},
		{"1.4.2", "1.4.3-0.20261126113410-abcdef123456", 1},
		{"1.4.3-0.20261126113410-abcdef123456", "1.4.3-0.20261126113411-123456abcdef", 1},
		{"main-aaaaaaa", "main-bbbbbbb", 1},
		{"ccccccc", "main-bbbbbbb", -1},
		{"main-bbbbbbb", "main-bbbbbbb", 0},
		{"release-a", "bbbbbbb", 1},
		{"1.4.2-aaaaaaa", "v1.4.2-aaaaaaa", 0},
	} {
		if got, err := image.Compare(history, test.from, test.to); err != nil || got != test.want {
			t.Errorf("from %s to %s: %d, %v; want %d", test.from, test.to, got, err, test.want)
		}
	}
}

func TestTagsThatNothingOrdersAreNotComparable(t *testing.T) {
	t.Parallel()
	history := line("aaaaaaa bbbbbbb ccccccc ddddddd")
	for _, test := range [][2]string{{"blue", "green"}, {"1.4.2", "green"}, {"1.4", "1.5"}, {"main-aaaaaaa", "main-fffffff"}, {"main-ccccccc", "main-ddddddd"}} {
		if got, err := image.Compare(history, test[0], test[1]); !errors.Is(err, image.ErrNotComparable) {
			t.Errorf("from %s to %s: %d, %v", test[0], test[1], got, err)
		}
	}
}
