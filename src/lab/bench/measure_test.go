package bench

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestTheMediansOfABenchmarkAreRead(t *testing.T) {
	t.Parallel()
	const out = `goos: linux
BenchmarkMixedFlow-2   	 5000000	       231.0 ns/op	      12 B/op	       0 allocs/op
BenchmarkMixedFlow-2   	 5000000	       999.0 ns/op	      14 B/op	       1 allocs/op
BenchmarkMixedFlow/textbook-2   	 5000000	       240.5 ns/op	      13 B/op	       0 allocs/op
PASS
`
	got, err := parseBenchmark(out)
	if want := (Engine{Nanos: 240.5, Bytes: 13}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if _, err := parseBenchmark("PASS\n"); err == nil {
		t.Error("a benchmark was read out of nothing")
	}
}

func TestPgbenchsFigureIsRead(t *testing.T) {
	t.Parallel()
	got, err := parsePgbench("latency average = 8.4 ms\ntps = 3784.125 (without initial connection time)\n")
	if err != nil || got != 3784.125 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parsePgbench("connection refused"); err == nil {
		t.Error("a figure was read out of nothing")
	}
}

func TestSamplesCountForTheFirstLayerThatTheyTouch(t *testing.T) {
	t.Parallel()
	const out = `File: exchange
Duration: 5s, Total samples = 100ms (2%)
-----------+-------------------------------------------------------
      10ms   runtime.mapaccess2
             github.com/bitpin/exchange/src/internal/trading.(*State).Apply
             github.com/bitpin/exchange/src/internal/trading.(*term).execute
-----------+-------------------------------------------------------
      30ms   runtime.memmove
             runtime.gcBgMarkWorker
-----------+-------------------------------------------------------
      60ms   crypto/sha256.block
             github.com/bitpin/exchange/src/internal/rest.(*call).run
             net/http.(*conn).serve
-----------+-------------------------------------------------------
`
	got, err := parseTraces(out)
	want := []Share{{"signatures", 0.6}, {"garbage collection", 0.3}, {"matching and ledger", 0.1}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := parseTraces("File: exchange\n"); err == nil {
		t.Error("shares were read out of nothing")
	}
}

func TestAStallCountsForAllThatItDelays(t *testing.T) {
	t.Parallel()
	start := time.Unix(0, 0)
	due := paceOf(1000, 4).of(2, start)
	for n, want := range []time.Duration{2 * time.Millisecond, 6 * time.Millisecond, 10 * time.Millisecond} {
		if got := due(n).Sub(start); got != want {
			t.Errorf("request %d of connection 2 is due after %v, want %v", n, got, want)
		}
	}
	if (pace{}).of(0, start) != nil {
		t.Error("without a pace, a request has to wait")
	}
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	sum := &tally{}
	if sum.quantile(0.5) != 0 {
		t.Error("nothing was waited for, and yet it took time")
	}
	for i := range 100 {
		sum.waits = append(sum.waits, time.Duration(i))
	}
	for q, want := range map[float64]time.Duration{0: 0, 0.5: 50, 0.99: 99, 1: 99} {
		if got := sum.quantile(q); got != want {
			t.Errorf("quantile %v: %d, want %d", q, got, want)
		}
	}
}

func TestTheDiskIsMeasured(t *testing.T) {
	t.Parallel()
	if took, err := measureSync(t.TempDir()); err != nil || took <= 0 {
		t.Errorf("%v, %v", took, err)
	}
}

func TestTheTableSaysAll(t *testing.T) {
	t.Parallel()
	r := &Report{
		Machine: Machine{CPUs: 2, Go: "go1.26", PostgreSQL: 15, Load: 0.1},
		Engine:  Engine{Book: "exchange", Nanos: 231, Commands: flowInWords}, Peer: Engine{Nanos: 450, Allocs: 1},
		Durable: Durable{Clients: 128, Orders: 12000, Cancels: 4000, P50: 7, P99: 15, Exchange: 50, Postgres: 40, Generator: 15, PgbenchClients: 32, Pgbench: 3000, Ratio: 4, WithCancels: 5.3333},
		Answers: Answers{Rate: 8000, P50: 1.5, P99: 4, Fdatasync: 0.122},
		Profile: []Share{{"sockets", 0.4}, {"matching and ledger", 0.05}},
	}
	var table bytes.Buffer
	if err := r.Table(&table); err != nil {
		t.Fatal(err)
	}
	golden(t, "table.txt", table.Bytes())
	path := filepath.Join(t.TempDir(), "bench.json")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "bench.json", text)
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-update rewrites it):\n%s", path, diff)
	}
}
