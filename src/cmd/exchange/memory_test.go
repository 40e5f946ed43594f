package main

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

// limitFile writes what a container's system says of its memory.
func limitFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "memory.max")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheContainersMemoryIsRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"536870912\n": 512 << 20, "max\n": 0} {
		if got, err := containerMemory(limitFile(t, text)); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	if got, err := containerMemory(filepath.Join(t.TempDir(), "absent")); err != nil || got != 0 {
		t.Errorf("no file: %d, %v", got, err)
	}
	if _, err := containerMemory(limitFile(t, "much\n")); err == nil {
		t.Error("nonsense was read as a limit")
	}
}

// The collector's settings are the process's, so these tests are not parallel.

func TestTheCollectorStaysWithinTheContainer(t *testing.T) {
	restoreCollector(t, 100, math.MaxInt64)
	if err := tuneMemory(limitFile(t, "1000000000\n")); err != nil {
		t.Fatal(err)
	}
	if percent, limit := collector(); percent != gcPercent || limit != 800_000_000 {
		t.Errorf("GOGC=%d, GOMEMLIMIT=%d", percent, limit)
	}
}

func TestWhatTheOperatorHasSetStays(t *testing.T) {
	restoreCollector(t, 50, 12345678)
	if err := tuneMemory(limitFile(t, "1000000000\n")); err != nil {
		t.Fatal(err)
	}
	if percent, limit := collector(); percent != 50 || limit != 12345678 {
		t.Errorf("GOGC=%d, GOMEMLIMIT=%d", percent, limit)
	}
}

// restoreCollector sets the collector up for one test.
func restoreCollector(t *testing.T, percent int, limit int64) {
	t.Helper()
	oldPercent, oldLimit := debug.SetGCPercent(percent), debug.SetMemoryLimit(limit)
	t.Cleanup(func() {
		debug.SetGCPercent(oldPercent)
		debug.SetMemoryLimit(oldLimit)
	})
}

func collector() (percent int, limit int64) {
	percent = debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent, debug.SetMemoryLimit(-1)
}
