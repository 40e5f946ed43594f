package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// engineRounds is how often each book is measured; the median counts.
const engineRounds = 5

// Engine is what one command of the flow costs a book.
type Engine struct {
	Book     string  `json:"book"`
	Nanos    float64 `json:"ns_per_order"`
	Bytes    float64 `json:"bytes_per_order"`
	Allocs   float64 `json:"allocs_per_order"`
	Commands string  `json:"flow"`
}

const flowInWords = "60 % limit orders, half of which cross; 30 % cancels; 10 % market or IOC; 1000 prices deep a side"

// measureEngines runs the exchange's book and the textbook one on the same flow.
func measureEngines(ctx context.Context, root, dir string) ([]Engine, error) {
	own, err := goBench(ctx, filepath.Join(root, "src", "internal", "matching"), "-cpuprofile", filepath.Join(dir, "engine.prof"), "-o", filepath.Join(dir, "engine.test"))
	if err != nil {
		return nil, err
	}
	peer, err := goBench(ctx, filepath.Join(root, "tests", "bench"))
	if err != nil {
		return nil, err
	}
	own.Book, peer.Book = "exchange", "textbook (tree of price levels, linked lists)"
	return []Engine{own, peer}, nil
}

func goBench(ctx context.Context, dir string, flags ...string) (Engine, error) {
	arguments := append([]string{"test", "-run", "^$", "-bench", "^BenchmarkMixedFlow$", "-benchmem", "-benchtime", "1s", "-count", strconv.Itoa(engineRounds)}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(arguments, ".")...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return Engine{}, fmt.Errorf("measuring the book of %s: %w:\n%s", dir, err, out)
	}
	e, err := parseBenchmark(string(out))
	if err != nil {
		return Engine{}, fmt.Errorf("measuring the book of %s: %w:\n%s", dir, err, out)
	}
	e.Commands = flowInWords
	return e, nil
}

var errNoBenchmark = errors.New("go test printed no benchmark")

// parseBenchmark reads lines such as
//
//	BenchmarkMixedFlow-2  5000000  231.0 ns/op  12 B/op  0 allocs/op
//
// and returns the median of each figure.
func parseBenchmark(out string) (Engine, error) {
	figures := map[string][]float64{}
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		for i := 2; i+1 < len(words); i += 2 {
			n, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return Engine{}, fmt.Errorf("reading %q: %w", strings.TrimSpace(line), err)
			}
			figures[words[i+1]] = append(figures[words[i+1]], n)
		}
	}
	if len(figures["ns/op"]) == 0 {
		return Engine{}, errNoBenchmark
	}
	return Engine{Nanos: median(figures["ns/op"]), Bytes: median(figures["B/op"]), Allocs: median(figures["allocs/op"])}, nil
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}
