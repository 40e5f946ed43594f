package space_test

import (
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/lab/space"
)

func TestFullDiskIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := space.Check(dir, 1); err != nil {
		t.Error(err)
	}
	err := space.Check(dir, 1<<60)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make room") {
		t.Errorf("%v; want the directory and what to do", err)
	}
}
