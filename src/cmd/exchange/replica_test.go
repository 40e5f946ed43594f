package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"

	"github.com/bitpin/exchange/src/lab/port"
)

// patience bounds the wait for what must come, on a machine that is busy.
const patience = 30 * time.Second

// testReplica is `exchange serve` on free ports of this machine.
type testReplica struct {
	public, operations string // URLs
	log                *output
	terminate          context.CancelFunc // SIGTERM
	ended              chan struct{}
	code               int // once ended
}

// launchReplica starts a replica; it may not be ready for long.
func launchReplica(t *testing.T, v variablesOf, settings ...string) *testReplica {
	t.Helper()
	addresses := [3]string{freeAddress(t), freeAddress(t), freeAddress(t)}
	v = v.with("LISTEN_ADDRESS="+addresses[0], "METRICS_ADDRESS="+addresses[1], "PEER_ADDRESS="+addresses[2],
		"ADVERTISE_ADDRESS="+addresses[2], "SECURE_COOKIES=false", "AUDIT_INTERVAL=200ms", "LOG_LEVEL=info").with(settings...)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &testReplica{"http://" + addresses[0], "http://" + addresses[1], &output{}, cancel, make(chan struct{}), 0}
	go func() {
		defer close(r.ended)
		r.code = Run(ctx, []string{"serve"}, Streams{io.Discard, r.log, v.lookup})
	}()
	t.Cleanup(func() {
		r.stop(t)
		if t.Failed() {
			t.Logf("the log of %s:\n%s", r.public, r.log)
		}
	})
	return r
}

var handedOut sync.Map // ports that tests of this process use

// freeAddress returns an address of this machine that no other test is given.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		free, err := port.Free()
		if err != nil {
			t.Fatal(err)
		}
		if _, taken := handedOut.LoadOrStore(free, true); !taken {
			return net.JoinHostPort("127.0.0.1", strconv.Itoa(free))
		}
	}
}

// startReplica starts a replica and waits until it is ready.
func startReplica(t *testing.T, v variablesOf, settings ...string) *testReplica {
	t.Helper()
	r := launchReplica(t, v, settings...)
	r.awaitReadiness(t, http.StatusOK)
	return r
}

// stop sends SIGTERM and waits for the end.
func (r *testReplica) stop(t *testing.T) {
	t.Helper()
	r.terminate()
	select {
	case <-r.ended:
	case <-time.After(patience):
		t.Fatal("the replica does not end")
	}
	if r.code != exitOK {
		t.Errorf("exit code %d", r.code)
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, err.Error()
	}
	return response.StatusCode, string(text)
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %s still not: %s", patience, what)
		}
	}
}

func (r *testReplica) awaitReadiness(t *testing.T, want int) {
	t.Helper()
	eventually(t, fmt.Sprintf("/readyz answers %d", want), func() bool {
		select {
		case <-r.ended:
			t.Fatalf("the replica has ended: %s", r.log)
		default:
		}
		status, _ := get(t, r.operations+"/readyz")
		return status == want
	})
}

func (r *testReplica) awaitDepth(t *testing.T) {
	t.Helper()
	eventually(t, "the book has bids and asks", func() bool {
		depth, err := binance.NewClient("", "").SetApiEndpoint(r.public).NewDepthService().Symbol("BTCUSDT").Do(t.Context())
		return err == nil && len(depth.Bids) > 0 && len(depth.Asks) > 0
	})
}

// client is a third party's client with the keys of a demo account.
func (r *testReplica) client(demo map[string]string, name string) *binance.Client {
	return binance.NewClient(demo[name+"_API_KEY"], demo[name+"_API_SECRET"]).SetApiEndpoint(r.public)
}

// buy places a bid far below the market.
func (r *testReplica) buy(t *testing.T, demo map[string]string, name string) *binance.CreateOrderResponse {
	t.Helper()
	order, err := r.tryBuy(t.Context(), demo, name)
	if err != nil {
		t.Fatalf("buying at %s: %v", r.public, err)
	}
	return order
}

func (r *testReplica) tryBuy(ctx context.Context, demo map[string]string, name string) (*binance.CreateOrderResponse, error) {
	return r.client(demo, name).NewCreateOrderService().Symbol("BTCUSDT").Side(binance.SideTypeBuy).Type(binance.OrderTypeLimit).
		TimeInForce(binance.TimeInForceTypeGTC).Quantity("0.001").Price("50000").Do(ctx)
}

// refusedBuy returns the code with which a bid is refused.
func (r *testReplica) refusedBuy(t *testing.T, demo map[string]string, name string) int64 {
	t.Helper()
	order, err := r.tryBuy(t.Context(), demo, name)
	var refusal *common.APIError
	if !errors.As(err, &refusal) {
		t.Fatalf("the order was answered with %+v, %v; want a refusal", order, err)
	}
	return refusal.Code
}

// metric reads a metric without labels; ok is false if it is not shown.
func (r *testReplica) metric(t *testing.T, name string) (value float64, ok bool) {
	t.Helper()
	_, text := get(t, r.operations+"/metrics")
	for line := range strings.Lines(text) {
		if label, number, found := strings.Cut(strings.TrimSpace(line), " "); found && label == name {
			value, err := strconv.ParseFloat(number, 64)
			return value, err == nil
		}
	}
	return 0, false
}

func (r *testReplica) leads(t *testing.T) bool {
	t.Helper()
	held, _ := r.metric(t, "exchange_lease_held")
	return held == 1
}
