package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bitpin/exchange/src/lab/local"
	"github.com/bitpin/exchange/src/lab/port"
)

// demo is an exchange that runs as by `make run`, in a directory of its own.
type demo struct {
	config local.Config
	out    *output
	cancel context.CancelFunc
	ended  chan struct{}
	err    error // once ended is closed
}

func startDemo(t *testing.T, dir string) *demo {
	t.Helper()
	tree, err := local.FindTree(".")
	if err != nil {
		t.Fatal(err)
	}
	tree.Local = dir
	d := &demo{config: local.Config{Tree: tree, Host: "127.0.0.1"}, out: &output{ready: make(chan struct{})}, ended: make(chan struct{})}
	d.config.Out = d.out
	for _, p := range []*int{&d.config.Port, &d.config.MetricsPort} {
		if *p, err = port.Free(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	d.cancel = cancel
	go func() {
		defer close(d.ended)
		d.err = local.Run(ctx, d.config)
	}()
	t.Cleanup(func() { d.stop(t) })
	select {
	case <-d.out.ready:
	case <-d.ended:
		t.FailNow() // stop says why
	}
	return d
}

func (d *demo) stop(t *testing.T) {
	t.Helper()
	d.cancel()
	<-d.ended
	if d.err != nil {
		t.Errorf("running the exchange: %v", d.err)
	}
}

// output tells when the user has been told that the exchange runs.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	once  sync.Once
	ready chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := o.text.Write(p)
	if strings.Contains(o.text.String(), "A first order") {
		o.once.Do(func() { close(o.ready) })
	}
	return n, err
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// pasteFirstOrder runs the commands that the user is shown, and returns the id of
// the order that they placed.
func (d *demo) pasteFirstOrder(t *testing.T) int64 {
	t.Helper()
	_, script, _ := strings.Cut(d.out.String(), "into another terminal:\n\n")
	answer, err := exec.CommandContext(t.Context(), "sh", "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	var order struct {
		OrderID                     int64
		Symbol, Side, Price, Status string
	}
	if err := json.Unmarshal(answer, &order); err != nil || order.OrderID == 0 {
		t.Fatalf("the first order was answered with %s", answer)
	}
	if order.Symbol != "BTCUSDT" || order.Side != "BUY" || order.Price != "50000.00000000" || order.Status != "NEW" {
		t.Errorf("the first order is not what was pasted: %s", answer)
	}
	return order.OrderID
}

func TestRunTakesTheFirstOrderAndFindsItAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "local")
	first := startDemo(t, dir)
	before := first.pasteFirstOrder(t)
	for _, url := range []string{first.config.ExchangeURL() + "/", first.config.MetricsURL() + "/metrics"} {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("GET %s: %s, %v", url, response.Status, err)
		}
	}
	if info, err := os.Stat(first.config.Tree.DemoEnv()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file with the demo's secrets: %v, %v; want mode 0600", info, err)
	}
	first.stop(t)

	second := startDemo(t, dir)
	if after := second.pasteFirstOrder(t); after <= before {
		t.Errorf("order %d was followed by order %d: the data is not that of the first run", before, after)
	}
}
