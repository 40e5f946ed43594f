package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
)

const (
	// gcPercent is how much may be allocated between two garbage collections, against
	// what lives: most of what a request leaves dies at once, so collecting it in large
	// portions saves an eighth of the processor's time.
	gcPercent = 400

	// memoryShare is the part of the container's memory that we use before the
	// collector works harder; the rest is for stacks, and for what Go does not count.
	memoryShare = 0.8

	cgroupMemory = "/sys/fs/cgroup/memory.max"
)

// tuneMemory sets up the garbage collector, within the memory that the container has.
// GOGC and GOMEMLIMIT, where they are set, stay as they are.
func tuneMemory(limitFile string) error {
	if collectorDefault("/gc/gogc:percent", 100) {
		debug.SetGCPercent(gcPercent)
	}
	limit, err := containerMemory(limitFile)
	if err != nil {
		return err
	}
	if limit > 0 && collectorDefault("/gc/gomemlimit:bytes", math.MaxInt64) {
		debug.SetMemoryLimit(int64(memoryShare * float64(limit)))
	}
	return nil
}

// collectorDefault reports whether a setting of the collector has the value that it
// has when nobody sets it.
func collectorDefault(name string, value uint64) bool {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Kind() == metrics.KindUint64 && sample[0].Value.Uint64() == value
}

// containerMemory returns how much memory the container may use, in bytes; 0: as much
// as there is, or this system cannot tell.
func containerMemory(path string) (int64, error) {
	text, err := os.ReadFile(path) //nolint:gosec // of the system
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the container's memory limit: %w", err)
	}
	word := strings.TrimSpace(string(text))
	if word == "max" {
		return 0, nil
	}
	limit, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading the container's memory limit in %s: %w", path, err)
	}
	return limit, nil
}
