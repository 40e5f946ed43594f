package exchangetest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/guard"
	"github.com/bitpin/exchange/src/lab/port"
)

// patience is how long a replica may take to start or to end.
const patience = time.Minute

// Replica is a process of `exchange serve`.
type Replica struct {
	URL        string // of what clients use
	MetricsURL string

	tb          testing.TB
	program     string
	environment []string
	log         logBuffer
	guard       *guard.Guard // ends the process if the test binary cannot
	process     *exec.Cmd
	ended       chan error // what the process ended with, once
}

// guardScript kills the last process that the guard was told of.
const guardScript = `if [ -n "$told" ]; then kill -9 "$told"; fi`

// Start serves on free ports until the test ends, and waits until it is ready.
// Settings hold for this replica alone.
func (e *Exchange) Start(settings ...string) *Replica {
	e.tb.Helper()
	listen, metrics, peers := address(e.tb), address(e.tb), address(e.tb)
	r := &Replica{
		URL: "http://" + listen, MetricsURL: "http://" + metrics, tb: e.tb, program: e.program,
		environment: slices.Concat(e.environment, []string{
			"LISTEN_ADDRESS=" + listen, "METRICS_ADDRESS=" + metrics, "PEER_ADDRESS=" + peers, "ADVERTISE_ADDRESS=" + peers,
		}, settings),
	}
	var err error
	if r.guard, err = guard.Start(guardScript); err != nil {
		e.tb.Fatal(err)
	}
	e.tb.Cleanup(func() {
		if err := r.Terminate(); err != nil {
			e.tb.Errorf("a replica ended with %v", err)
		}
		r.guard.Dismiss()
		if e.tb.Failed() {
			e.tb.Logf("the log of %s:\n%s", r.URL, r.Log())
		}
	})
	r.Launch()
	r.AwaitReady()
	return r
}

func address(tb testing.TB) string {
	tb.Helper()
	free, err := port.Free()
	if err != nil {
		tb.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(free))
}

// Launch starts the process, on the same ports each time.
func (r *Replica) Launch() {
	r.tb.Helper()
	cmd := exec.Command(r.program, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = r.environment, &r.log, &r.log
	if err := cmd.Start(); err != nil {
		r.tb.Fatal(err)
	}
	if err := r.guard.Tell(strconv.Itoa(cmd.Process.Pid)); err != nil {
		r.tb.Error(err)
	}
	ended := make(chan error, 1)
	r.process, r.ended = cmd, ended
	go func() { ended <- cmd.Wait() }()
}

// Kill ends the process at once, as kill -9 does. It returns when it is gone.
func (r *Replica) Kill() {
	r.tb.Helper()
	if err := r.process.Process.Kill(); err != nil {
		r.tb.Fatalf("killing a replica: %v", err)
	}
	if err := <-r.ended; err == nil {
		r.tb.Fatal("a replica ended in order before it was killed")
	}
	r.process = nil
}

// Terminate sends SIGTERM and waits for the end, which it returns: nil for exit
// code 0. It does nothing if no process runs.
func (r *Replica) Terminate() error {
	if r.process == nil {
		return nil
	}
	process := r.process.Process
	r.process = nil
	if err := process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-r.ended:
		return err
	case <-time.After(patience):
		return errors.Join(errors.New("it does not end after SIGTERM"), process.Kill())
	}
}

// Log returns what all processes of the replica wrote.
func (r *Replica) Log() string { return r.log.String() }

// AwaitReady waits until /readyz says yes.
func (r *Replica) AwaitReady() {
	r.tb.Helper()
	for deadline := time.Now().Add(patience); !r.Ready(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.tb.Fatalf("%s is not ready:\n%s", r.URL, r.Log())
		}
	}
}

// Ready reports whether /readyz says yes.
func (r *Replica) Ready() bool {
	status, _ := r.get("/readyz")
	return status == http.StatusOK
}

// Leads reports whether the replica holds the writer's lease.
func (r *Replica) Leads() bool { return r.Metric("exchange_lease_held") == "1" }

// Metric returns the value of a metric without labels; it is empty if the replica
// does not answer.
func (r *Replica) Metric(name string) string {
	_, text := r.get("/metrics")
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), name+" "); found {
			return value
		}
	}
	return ""
}

// observers is the client for what operators ask. It keeps no connection, so that
// a replica that was replaced is not asked by an old one.
var observers = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func (r *Replica) get(path string) (status int, body string) {
	answer, err := observers.Get(r.MetricsURL + path)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, ""
	}
	return answer.StatusCode, string(text)
}

// logBuffer keeps what processes write.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
