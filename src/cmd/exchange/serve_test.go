package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/bitpin/exchange/src/lab/pgtest"
)

func TestEachPortAnswersItsOwnPathsAlone(t *testing.T) {
	t.Parallel()
	v, _ := seeded(t)
	r := startReplica(t, v)
	for _, test := range []struct {
		path   string
		public bool
	}{
		{"/", true}, {"/api/v3/ping", true}, {"/openapi.json", true}, {"/markets/BTCUSDT", true}, {"/invariants", true},
		{"/livez", false}, {"/readyz", false}, {"/metrics", false},
	} {
		own, other := r.operations, r.public
		if test.public {
			own, other = r.public, r.operations
		}
		if status, body := get(t, own+test.path); status != http.StatusOK {
			t.Errorf("%s%s: status %d: %s", own, test.path, status, body)
		}
		if status, _ := get(t, other+test.path); status != http.StatusNotFound {
			t.Errorf("%s%s: status %d, want 404", other, test.path, status)
		}
	}
}

func TestRequestsAreMeasuredByTheirRoute(t *testing.T) {
	t.Parallel()
	v, demo := seeded(t)
	r := startReplica(t, v)
	r.buy(t, demo, "ALICE")
	get(t, r.public+"/markets/BTCUSDT")
	get(t, r.public+"/nothing")
	_, text := get(t, r.operations+"/metrics")
	for _, want := range []string{
		`exchange_http_requests_total{code="200",method="POST",route="/api/v3/order"} 1`,
		`exchange_http_requests_total{code="200",method="GET",route="/markets/{symbol}"} 1`,
		`exchange_http_requests_total{code="404",method="GET",route="unmatched"} 1`,
		`exchange_commands_total{kind="place",result="accepted"} 1`,
		`exchange_open_orders{market="BTCUSDT"} 41`,
		`exchange_database_up 1`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}

func TestTakenPortEndsTheReplicaBeforeItStarts(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	v := complete().with("METRICS_ADDRESS=127.0.0.1:0", "LISTEN_ADDRESS=127.0.0.1:0", "PEER_ADDRESS="+l.Addr().String(), "ADVERTISE_ADDRESS=localhost:1")
	code, _, errors := run(t, v, "serve")
	if code != exitFailed || !strings.Contains(errors, "exchange: PEER_ADDRESS: ") || !strings.Contains(errors, "in use") {
		t.Errorf("exit code %d, errors %q", code, errors)
	}
}

func TestReplicaWaitsForTheSchema(t *testing.T) {
	t.Parallel()
	v := withDatabase(t, pgtest.New(t))
	r := launchReplica(t, v)
	eventually(t, "it waits for the schema", func() bool { return strings.Contains(r.log.String(), "exchange migrate") })
	if status, _ := get(t, r.operations+"/livez"); status != http.StatusOK {
		t.Errorf("/livez: status %d", status)
	}
	if status, body := get(t, r.operations+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz: status %d: %s", status, body)
	}
	if status, body := get(t, r.public+"/api/v3/time"); status != http.StatusServiceUnavailable || !strings.HasPrefix(body, `{"code":-1001,`) {
		t.Errorf("/api/v3/time: status %d: %s", status, body)
	}
	mustRun(t, v, "migrate")
	r.awaitReadiness(t, http.StatusOK)
}

func TestMarketsAddedLaterAreTradedWithoutARestart(t *testing.T) {
	t.Parallel()
	v := migrated(t)
	a, b := startReplica(t, v), startReplica(t, v)
	demo := seedDemo(t, v)
	for _, r := range []*testReplica{a, b} {
		eventually(t, "orders are taken", func() bool {
			_, err := r.tryBuy(t.Context(), demo, "ALICE")
			return err == nil
		})
		r.awaitDepth(t)
	}
}

func TestSigtermWhileWaitingForTheDatabaseEndsInOrder(t *testing.T) {
	t.Parallel()
	r := launchReplica(t, complete())
	eventually(t, "it waits for the database", func() bool { return strings.Contains(r.log.String(), "waiting for the database") })
	r.stop(t)
}

func TestBothReplicasTakeOrders(t *testing.T) {
	t.Parallel()
	v, demo := seeded(t)
	a, b := startReplica(t, v), startReplica(t, v)
	eventually(t, "one leads", func() bool { return a.leads(t) != b.leads(t) })
	for _, r := range []*testReplica{a, b, a, b} {
		placed := r.buy(t, demo, "ALICE")
		for _, other := range []*testReplica{a, b} {
			found, err := other.client(demo, "ALICE").NewGetOrderService().Symbol("BTCUSDT").OrderID(placed.OrderID).Do(t.Context())
			if err != nil || found.OrderID != placed.OrderID {
				t.Errorf("order %d is not seen at %s: %v", placed.OrderID, other.public, err)
			}
		}
	}
}

func TestOrdersGoOnWhileTheWriterShutsDown(t *testing.T) {
	t.Parallel()
	v, demo := seeded(t)
	v = v.with("LEASE_DURATION=10s", "COMMAND_TIMEOUT=20s")
	a, b := startReplica(t, v), startReplica(t, v)
	eventually(t, "one leads", func() bool { return a.leads(t) != b.leads(t) })
	if b.leads(t) {
		a, b = b, a
	}
	placing, stop := context.WithCancel(t.Context())
	var longest time.Duration
	var group sync.WaitGroup
	placed := make(chan struct{}, 1)
	group.Go(func() {
		for placing.Err() == nil {
			began := time.Now()
			if _, err := b.tryBuy(t.Context(), demo, "BOB"); err != nil {
				t.Errorf("an order during the hand-over: %v", err)
			}
			longest = max(longest, time.Since(began))
			select {
			case placed <- struct{}{}:
			default:
			}
			time.Sleep(60 * time.Millisecond) // below the limit of orders
		}
	})
	<-placed
	a.terminate()
	eventually(t, "the other one leads", func() bool { return b.leads(t) })
	a.stop(t)
	stop()
	group.Wait()
	// The lease alone would last for 10 s: far less shows that it was given back.
	if longest > 5*time.Second {
		t.Errorf("an order took %s during the hand-over", longest)
	}
}

func TestShutdownKeepsItsOrder(t *testing.T) {
	t.Parallel()
	v, demo := seeded(t)
	r := startReplica(t, v, "SHUTDOWN_DELAY=1s")
	stream, _, err := websocket.Dial(t.Context(), strings.Replace(r.public, "http", "ws", 1)+"/ws/btcusdt@trade", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.CloseNow() }()
	if _, err := r.tryBuy(t.Context(), demo, "BOB"); err != nil {
		t.Fatal(err)
	}
	r.terminate()
	r.awaitReadiness(t, http.StatusServiceUnavailable)
	if status, _ := get(t, r.operations+"/livez"); status != http.StatusOK {
		t.Errorf("/livez: status %d while shutting down", status)
	}
	if status, _ := get(t, r.public+"/api/v3/depth?symbol=BTCUSDT"); status != http.StatusOK {
		t.Errorf("the API: status %d during SHUTDOWN_DELAY, want that it keeps serving", status)
	}
	_, message, err := stream.Read(t.Context())
	if err != nil || !strings.Contains(string(message), "serverShutdown") {
		t.Errorf("the stream ends with %s, %v; want a serverShutdown event", message, err)
	}
	if _, _, err = stream.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the stream ends with %v, want that the server goes away", err)
	}
	r.stop(t)
	execute(t, v, "UPDATE lease SET holder = 'nobody' WHERE expires_at < clock_timestamp()") // it was given back
}

func TestOutageOfTheDatabaseIsToldAndSurvived(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	if err := server.EnsureDatabase(t.Context(), "exchange"); err != nil {
		t.Fatal(err)
	}
	v := withDatabase(t, server.URL("exchange"))
	mustRun(t, v, "migrate")
	demo := seedDemo(t, v)
	r := startReplica(t, v, "COMMAND_TIMEOUT=1s")
	r.buy(t, demo, "ALICE")

	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r.awaitReadiness(t, http.StatusServiceUnavailable)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("/readyz took %s to notice", took)
	}
	// The first order may meet the loss itself, at COMMIT; then nobody can tell.
	code := r.refusedBuy(t, demo, "ALICE")
	if code == -1007 {
		code = r.refusedBuy(t, demo, "ALICE")
	}
	if code != -1001 {
		t.Errorf("an order meanwhile: code %d, want -1001", code)
	}
	if code := r.refusedBuy(t, demo, "BOB"); code != -1001 { // whose key is not in memory
		t.Errorf("an order of another account meanwhile: code %d, want -1001", code)
	}
	if status, _ := get(t, r.operations+"/livez"); status != http.StatusOK {
		t.Errorf("/livez: status %d", status)
	}

	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.awaitReadiness(t, http.StatusOK)
	eventually(t, "orders are taken again", func() bool {
		_, err := r.tryBuy(t.Context(), demo, "ALICE")
		return err == nil
	})
	if code, out, errors := run(t, v, "verify"); code != exitOK {
		t.Errorf("verify: exit code %d\n%s%s", code, out, errors)
	}
}

func TestEveryReplicaShowsTheLatestAudit(t *testing.T) {
	t.Parallel()
	v, demo := seeded(t)
	a, b := startReplica(t, v), startReplica(t, v)
	placed := a.buy(t, demo, "ALICE")
	for _, r := range []*testReplica{a, b} {
		eventually(t, "the audit reaches the order", func() bool {
			seq, _ := r.metric(t, "exchange_audit_last_sequence")
			return int64(seq) >= placed.OrderID
		})
		if n, shown := r.metric(t, `exchange_invariant_violations{invariant="balances_equal_entries"}`); !shown || n != 0 {
			t.Errorf("violations: %v, %v; want 0", n, shown)
		}
	}
	execute(t, v, "UPDATE balances SET available = available + 1 WHERE account_id = (SELECT id FROM accounts WHERE name = 'bob') AND asset_id = 1")
	for _, r := range []*testReplica{a, b} {
		eventually(t, "the violation is shown", func() bool {
			n, _ := r.metric(t, `exchange_invariant_violations{invariant="balances_equal_entries"}`)
			return n == 1
		})
	}
}
