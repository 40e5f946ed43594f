package stream_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/stream"
)

// big is a batch whose depth event is large.
func big(seq exchange.Seq) *exchange.Batch {
	b := &exchange.Batch{First: seq, Last: seq}
	for i := range exchange.Amount(2000) {
		b.Levels = append(b.Levels, exchange.LevelChange{Market: btcusdt, Side: exchange.Sell, Price: 1 + i, Quantity: exchange.Amount(seq)})
	}
	return b
}

func TestASlowConsumerIsClosedAndTheOthersDoNotNotice(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) { t.QueueBytes, t.Write = 1<<20, 500*time.Millisecond }))
	slow, quick := b.dial("/ws/btcusdt@depth@100ms"), b.dial("/ws/btcusdt@depth@100ms")
	last := exchange.Seq(0)
	for seq := exchange.Seq(1); b.metric("exchange_stream_slow_consumers_total") == "0"; seq++ {
		b.publish(big(seq))
		e := next[depthUpdate](quick)
		if e.U != last+1 {
			t.Fatalf("the quick one has a gap: %d after %d", e.U, last)
		}
		last = e.Last
	}
	b.publish(big(last + 1))
	if e := next[depthUpdate](quick); e.U != last+1 {
		t.Errorf("the quick one has a gap: %d after %d", e.U, last)
	}
	// The slow one finds an unbroken beginning, and then the end.
	for last = 0; ; {
		_, text, err := slow.ws.Read(slow.ctx)
		if err != nil {
			break
		}
		if e := decode[depthUpdate](t, text); e.U != last+1 {
			t.Fatalf("the slow one has a gap: %d after %d", e.U, last)
		} else {
			last = e.Last
		}
	}
	b.eventually("the slow one is forgotten", func() bool { return b.metric("exchange_stream_connections") == "1" })
}

// A client that was slow for a moment learns why it was closed.
func TestASlowConsumerIsToldWhy(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) { t.QueueMessages = 50 }))
	c := b.dial("/ws/btcusdt@trade")
	batch := &exchange.Batch{First: 1, Last: 1}
	for i := range 100_000 {
		batch.Trades = append(batch.Trades, exchange.Trade{ID: exchange.TradeID(i + 1), Market: btcusdt, TakerSide: exchange.Buy})
	}
	b.publish(batch) // far more than the queue, at once
	got := c.closed()
	if got.Code != websocket.StatusPolicyViolation || !strings.HasPrefix(got.Reason, "slow consumer: ") {
		t.Errorf("closed with %v", got)
	}
}

func TestPublishingNeverWaitsForClients(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.dial("/ws/btcusdt@depth@100ms") // reads nothing
	resume := b.hub.Pause()           // as if encoding took for ever
	began := time.Now()
	for seq := exchange.Seq(1); seq <= 1000; seq++ {
		b.hub.Publish(&exchange.Batch{First: seq, Last: seq})
	}
	took := time.Since(began)
	resume()
	if took > 2*time.Second {
		t.Errorf("1,000 batches took %s", took)
	}
}

func TestAHubThatFallsBehindStartsAnew(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) { t.Backlog = 10 }))
	c := b.dial("/ws/btcusdt@trade")
	resume := b.hub.Pause()
	for seq := exchange.Seq(1); seq <= 30; seq++ {
		b.publish(&exchange.Batch{First: seq, Last: seq})
	}
	resume()
	if got := c.closed(); got.Code != websocket.StatusServiceRestart || !strings.Contains(got.Reason, "take a new snapshot") {
		t.Errorf("closed with %v", got)
	}
	b.eventually("all batches are seen", func() bool { return b.metric("exchange_stream_sequence") == "30" })
	again := b.dial("/ws/btcusdt@depth")
	b.publish(big(31))
	if e := next[depthUpdate](again); e.U > 31 || e.Last != 31 {
		t.Errorf("after the restart: %d to %d", e.U, e.Last)
	}
}

func TestStartingAgainClosesConnections(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.dial("/ws/btcusdt@trade")
	b.hub.Start(500)
	if got := c.closed(); got.Code != websocket.StatusServiceRestart {
		t.Errorf("closed with %v", got)
	}
	again := b.dial("/ws/btcusdt@depth")
	b.publish(big(501))
	if e := next[depthUpdate](again); e.U != 501 || e.Last != 501 {
		t.Errorf("U %d, u %d", e.U, e.Last)
	}
}

func TestTooManyMessagesEndTheConnection(t *testing.T) {
	t.Parallel()
	flood := map[string]func(context.Context, *websocket.Conn) error{
		"requests": func(ctx context.Context, ws *websocket.Conn) error {
			return ws.Write(ctx, websocket.MessageText, []byte(`{"method":"LIST_SUBSCRIPTIONS","id":1}`))
		},
		"pings": func(ctx context.Context, ws *websocket.Conn) error { return ws.Ping(ctx) },
	}
	for name, send := range flood {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := setup(t).dial("/ws")
			go func() {
				for send(c.ctx, c.ws) == nil {
				}
			}()
			if got := c.closed(); got.Code != websocket.StatusPolicyViolation || !strings.HasPrefix(got.Reason, "too many requests") {
				t.Errorf("closed with %v", got)
			}
		})
	}
}

func TestALargeMessageEndsTheConnection(t *testing.T) {
	t.Parallel()
	c := setup(t).dial("/ws")
	fits := `{"method":"UNSUBSCRIBE","params":["` + strings.Repeat("x", 4096-45) + `"],"id":1}`
	if got := c.ask(fits); len(fits) != 4096 || got != `{"result":null,"id":1}` {
		t.Fatalf("%d bytes: %s", len(fits), got)
	}
	if err := c.ws.Write(c.ctx, websocket.MessageText, []byte(" "+fits)); err != nil {
		t.Fatal(err)
	}
	if got := c.closed(); got.Code != websocket.StatusMessageTooBig {
		t.Errorf("closed with %v", got)
	}
}

func TestBinaryMessagesAreNotUnderstood(t *testing.T) {
	t.Parallel()
	c := setup(t).dial("/ws")
	if err := c.ws.Write(c.ctx, websocket.MessageBinary, []byte(`{"method":"LIST_SUBSCRIPTIONS","id":1}`)); err != nil {
		t.Fatal(err)
	}
	if got := string(c.read()); got != `{"code":3,"msg":"Invalid JSON: expected a text message"}` {
		t.Error(got)
	}
}

func TestAConnectionHasAtMost1024Streams(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range exchange.MarketID(1100) {
		b.catalog.add(exchange.Market{ID: 100 + i, Symbol: fmt.Sprintf("X%dUSDT", i), Base: btc, Quote: usdt})
	}
	b.hub.Start(0)
	names := make([]string, 1100)
	for i := range names {
		names[i] = fmt.Sprintf("x%dusdt@trade", i)
	}
	c := b.dial("/stream?streams=" + strings.Join(names[:1024], "/"))
	if got := c.ask(`{"method":"SUBSCRIBE","params":["x3usdt@trade"],"id":1}`); got != `{"result":null,"id":1}` {
		t.Errorf("one that it has already: %s", got)
	}
	if got := c.ask(`{"method":"SUBSCRIBE","params":["x1024usdt@trade"],"id":2}`); !strings.HasPrefix(got, `{"code":2,"msg":"Invalid request: too many streams; a connection can have 1024"`) {
		t.Errorf("one more: %s", got)
	}
	if status, body := b.refused("/stream?streams=" + strings.Join(names[:1025], "/")); status != 400 {
		t.Errorf("1025 at once: %d %s", status, body)
	}
}

func TestConnectionsOfAnAddressAreBounded(t *testing.T) {
	t.Parallel()
	addresses := make(chan netip.Addr, 1)
	b := setup(t, func(o *stream.Options, _ *stream.Tuning) {
		o.ConnectionsPerAddress = 2
		o.ClientAddress = func(*http.Request) netip.Addr { return <-addresses }
	})
	dial := func(address string) (status int) {
		addresses <- netip.MustParseAddr(address)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		ws, response, err := websocket.Dial(ctx, b.url+"/ws", nil)
		if err == nil {
			t.Cleanup(func() { _ = ws.CloseNow() })
		}
		return response.StatusCode
	}
	cases := []struct {
		address string
		want    int
	}{
		{"192.0.2.1", 101}, {"192.0.2.1", 101}, {"::ffff:192.0.2.1", 429}, {"192.0.2.2", 101},
		{"2001:db8::1", 101}, {"2001:db8::ffff:1", 101}, {"2001:db8::2", 429}, {"2001:db8:0:1::1", 101},
	}
	for _, c := range cases {
		if got := dial(c.address); got != c.want {
			t.Errorf("%s: %d, want %d", c.address, got, c.want)
		}
	}
	if got := b.metric("exchange_stream_connections_refused_total"); got != "2" {
		t.Errorf("%s refusals are counted, want 2", got)
	}
}

func TestAClosedConnectionMakesRoomForAnother(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *stream.Options, _ *stream.Tuning) { o.ConnectionsPerAddress = 1 })
	for range 5 {
		c := b.dial("/ws/btcusdt@trade")
		if status, body := b.refused("/ws"); status != http.StatusTooManyRequests || !strings.HasPrefix(body, `{"code":-1003,`) {
			t.Fatalf("a second one: %d %s", status, body)
		}
		_ = c.ws.Close(websocket.StatusNormalClosure, "")
		b.eventually("it is forgotten", func() bool {
			return b.metric("exchange_stream_connections") == "0" && b.metric("exchange_stream_subscriptions") == "0"
		})
	}
}

func TestClientsThatDoNotAnswerPingsAreClosed(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) { t.Ping, t.PongTimeout = 30*time.Millisecond, 100*time.Millisecond }))
	c := b.dial("/ws/btcusdt@trade")
	began := time.Now()
	time.Sleep(300 * time.Millisecond) // a client that does not read does not answer
	got := c.closed()
	if got.Code != websocket.StatusPolicyViolation || !strings.HasPrefix(got.Reason, "no pong") {
		t.Errorf("closed after %s with %v", time.Since(began), got)
	}
}

func TestClientsThatAnswerPingsStay(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) { t.Ping, t.PongTimeout = 20*time.Millisecond, 200*time.Millisecond }))
	c := b.dial("/ws/btcusdt@trade")
	received := make(chan []byte, 1)
	go func() { received <- c.read() }()
	time.Sleep(time.Second)
	b.publish(oneTrade(exchange.Buy))
	select {
	case <-received:
	case <-time.After(patience):
		t.Error("the connection is gone")
	}
}

func TestAConnectionDoesNotLastForEver(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) {
		t.Ping, t.PongTimeout, t.Lifetime = 20*time.Millisecond, patience, 50*time.Millisecond
	}))
	if got := b.dial("/ws").closed(); got.Code != websocket.StatusGoingAway {
		t.Errorf("closed with %v", got)
	}
}

func TestRequestsThatAreNoUpgradeAreToldSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	response, err := http.Get("http" + strings.TrimPrefix(b.url, "ws") + "/ws/btcusdt@trade")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusUpgradeRequired || !strings.Contains(string(body), "this is a WebSocket endpoint") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

// A client that opens a connection and is never heard of again, not even by TCP.
func TestAConnectionThatIsCutIsForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var raw net.Conn
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, _, err := websocket.Dial(ctx, b.url+"/ws/btcusdt@trade", &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var err error
			raw, err = (&net.Dialer{}).DialContext(ctx, network, address)
			return raw, err
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	b.eventually("it is there", func() bool { return b.metric("exchange_stream_connections") == "1" })
	_ = raw.Close()
	b.eventually("it is forgotten", func() bool { return b.metric("exchange_stream_connections") == "0" })
}

func TestAClientThatStopsReadingIsCutOff(t *testing.T) {
	t.Parallel()
	b := setup(t, tune(func(t *stream.Tuning) { t.Write = 200 * time.Millisecond }))
	b.dial("/ws/btcusdt@depth@100ms")
	for seq := exchange.Seq(1); seq <= 20; seq++ { // more than the sockets hold, less than the queue
		b.publish(big(seq))
		b.eventually("it is collected", func() bool { return b.metric("exchange_stream_sequence") == fmt.Sprint(seq) })
		time.Sleep(10 * time.Millisecond)
	}
	b.eventually("it is cut off", func() bool {
		return b.metric("exchange_stream_connections") == "0" && b.metric("exchange_stream_slow_consumers_total") == "1"
	})
}
