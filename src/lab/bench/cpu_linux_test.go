package bench

import (
	"os"
	"testing"
	"time"
)

func TestAProcesssTimesAreReadWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	parent, used := parseStat([]byte("42 (a) b (c) S 7 42 42 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 1 0 100 0 0"))
	if parent != 7 || used != 2*time.Second {
		t.Errorf("parent %d, %v", parent, used)
	}
	if parent, used := parseStat([]byte("42 (short) S")); parent != 0 || used != 0 {
		t.Errorf("parent %d, %v", parent, used)
	}
}

func TestChildrenCountForTheirParent(t *testing.T) {
	t.Parallel()
	got := cpuTimes(0, os.Getppid()) // this test is a child of the one that runs it
	if got.postgres < 0 || got.load <= 0 {
		t.Errorf("%+v", got)
	}
}
