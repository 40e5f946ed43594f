package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Share is a layer's part of the exchange's processor time.
type Share struct {
	Layer string  `json:"layer"`
	Share float64 `json:"share"` // of 1
}

// layers say what a sample of the profile was about: the first layer counts that has
// a function in the sample's stack.
var layers = []struct {
	name      string
	functions []string // parts of their names
}{
	{"garbage collection", []string{"runtime.gcBgMarkWorker", "runtime.bgsweep", "runtime.bgscavenge", "runtime.gcAssistAlloc"}},
	{"signatures", []string{"internal/credential.", "crypto/hmac.", "crypto/sha256."}},
	{"writing the batch to PostgreSQL", []string{"postgres.(*DB).Commit"}},
	{"matching and ledger", []string{"trading.(*State)."}},
	{"reading batches back", []string{"trading.(*Follower).catchUp"}},
	{"view and streams", []string{"marketdata.", "internal/stream."}},
	{"the rest of the writer", []string{"trading.(*term)."}},
	{"sockets", []string{"internal/poll."}},
	{"the API's own work", []string{"internal/rest."}},
	{"metrics", []string{"internal/metrics."}},
	{"HTTP", []string{"net/http."}},
	{"scheduling", []string{"runtime.mcall", "runtime.schedule", "runtime.findRunnable", "runtime.mstart", "runtime.sysmon"}},
}

const otherLayer = "other"

// profile has the program write a profile while act runs, and returns its layers, the
// largest first.
func (p *program) profile(ctx context.Context, act func() error) ([]Share, error) {
	path := filepath.Join(p.dir, "cpu.prof")
	if err := p.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		return nil, fmt.Errorf("profiling the exchange: %w", err)
	}
	if err := act(); err != nil {
		return nil, err
	}
	if err := p.cmd.Process.Signal(syscall.SIGUSR2); err != nil {
		return nil, fmt.Errorf("profiling the exchange: %w", err)
	}
	if err := awaitWritten(ctx, path); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", "tool", "pprof", "-traces", p.binary, path)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("reading the profile: %w: %s", err, complaints.String())
	}
	return parseTraces(string(out))
}

// awaitWritten returns when a file has stopped growing: a profile is written at once
// when it ends.
func awaitWritten(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for last := int64(0); ; {
		info, err := os.Stat(path)
		if err == nil && info.Size() > 0 && info.Size() == last {
			return nil
		}
		if err == nil {
			last = info.Size()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the profile %s: %w", path, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

var errNoSamples = errors.New("the profile has no samples")

// parseTraces adds up the samples that `go tool pprof -traces` lists: blocks between
// lines of dashes, with the time before the first function.
func parseTraces(out string) ([]Share, error) {
	times := map[string]time.Duration{}
	var total time.Duration
	for _, block := range strings.Split(out, "-----------+") {
		_, block, _ = strings.Cut(block, "\n") // the rest of the dashes
		first, _, _ := strings.Cut(strings.TrimSpace(block), " ")
		took, err := time.ParseDuration(first)
		if err != nil {
			continue // the heading
		}
		times[layerOf(block)] += took
		total += took
	}
	if total == 0 {
		return nil, errNoSamples
	}
	var shares []Share
	for name, took := range times {
		shares = append(shares, Share{name, float64(took) / float64(total)})
	}
	slices.SortFunc(shares, func(a, b Share) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Layer, b.Layer)) })
	return shares, nil
}

func layerOf(stack string) string {
	for _, layer := range layers {
		if slices.ContainsFunc(layer.functions, func(f string) bool { return strings.Contains(stack, f) }) {
			return layer.name
		}
	}
	return otherLayer
}
