package bench

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/postgres"
)

func TestTrial(t *testing.T) {
	dir := "/tmp/clients/trial"
	os.MkdirAll(dir, 0o700)
	server, err := postgres.Start(t.Context(), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	p, err := build(t.Context(), "../../..", dir)
	if err != nil {
		t.Fatal(err)
	}
	server.EnsureDatabase(t.Context(), "exchange")
	p.configure(server.DSN("exchange"))
	if err := p.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	s := &session{config: &Config{Clients: 128, Duration: 4 * time.Second}, program: p}
	if err := s.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		sum, used, err := s.run(t.Context(), pace{})
		fmt.Printf("%.0f orders/s %.0f cancels/s p50 %v p99 %v %+v %v\n", perSecond(sum.orders, sum.took), perSecond(sum.cancels, sum.took), sum.quantile(.5), sum.quantile(.99), used, err)
	}
	r, _ := http.Get("http://" + p.metrics + "/metrics")
	b, _ := io.ReadAll(r.Body)
	for l := range strings.Lines(string(b)) {
		if strings.Contains(l, "batch") || strings.Contains(l, "commit") || strings.Contains(l, "queue") {
			fmt.Print(l)
		}
	}
}
