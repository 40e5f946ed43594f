package stream_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
	"github.com/bitpin/exchange/src/internal/metrics"
	"github.com/bitpin/exchange/src/internal/stream"
)

// patience bounds every wait in these tests.
const patience = 20 * time.Second

// bench is a hub behind a real HTTP server, and the exchange that feeds it.
type bench struct {
	t        *testing.T
	hub      *stream.Hub
	view     *marketdata.View
	catalog  *catalog
	history  *history
	accounts *accounts
	metrics  *metrics.Metrics
	url      string       // ws://…
	clock    atomic.Int64 // milliseconds to add to the time
}

type setting func(*stream.Options, *stream.Tuning)

// quick makes the hub's clocks tick fast.
func quick(_ *stream.Options, t *stream.Tuning) {
	t.Fast, t.Slow, t.Tickers = 5*time.Millisecond, 20*time.Millisecond, 10*time.Millisecond
}

func tune(change func(*stream.Tuning)) setting {
	return func(_ *stream.Options, t *stream.Tuning) { change(t) }
}

// setup starts a hub at sequence 0.
func setup(t *testing.T, settings ...setting) *bench {
	t.Helper()
	b := newBench(t, settings...)
	b.hub.Start(0)
	return b
}

// newBench makes a hub that has not been started.
func newBench(t *testing.T, settings ...setting) *bench {
	t.Helper()
	b := &bench{t: t, catalog: newCatalog(), history: &history{}, accounts: newAccounts(), metrics: metrics.New("test")}
	b.view = marketdata.New(b.catalog.Markets())
	options := stream.Options{
		Catalog: b.catalog, View: b.view, Accounts: b.accounts, Books: b.history, Metrics: b.metrics.Stream, Now: b.now,
	}
	tuning := stream.Tuning{}
	for _, set := range append([]setting{quick}, settings...) {
		set(&options, &tuning)
	}
	b.hub = stream.NewHub(options)
	b.hub.Tune(tuning)
	// Behind the middleware, as in the service, to prove that it can be hijacked.
	server := httptest.NewUnstartedServer(b.metrics.HTTP(b.hub.Handler()))
	// Small socket buffers, so that who does not read is noticed soon.
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(16 << 10)
		return ctx
	}
	server.Start()
	b.url = "ws" + strings.TrimPrefix(server.URL, "http")
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = b.hub.Shutdown(ctx)
		server.Close()
	})
	return b
}

func (b *bench) now() time.Time {
	return time.Now().Add(time.Duration(b.clock.Load()) * time.Millisecond)
}

// publish does what a replica does with a committed batch.
func (b *bench) publish(batch *exchange.Batch) {
	b.history.add(batch.Trades)
	b.view.Apply(batch)
	b.hub.Publish(batch)
}

// client is a WebSocket client.
type client struct {
	t    *testing.T
	ws   *websocket.Conn
	ctx  context.Context
	sent int // requests
}

func (b *bench) dial(path string) *client {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	b.t.Cleanup(cancel)
	ws, _, err := websocket.Dial(ctx, b.url+path, &websocket.DialOptions{HTTPClient: smallBuffers})
	if err != nil {
		b.t.Fatalf("dialling %s: %v", path, err)
	}
	ws.SetReadLimit(16 << 20)
	b.t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t: b.t, ws: ws, ctx: ctx}
}

var smallBuffers = &http.Client{Transport: &http.Transport{
	DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(16 << 10)
		}
		return c, err
	},
}}

// refused dials and returns the HTTP answer of a server that does not upgrade.
func (b *bench) refused(path string) (status int, body string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, response, err := websocket.Dial(ctx, b.url+path, nil)
	if err == nil {
		_ = ws.CloseNow()
		b.t.Fatalf("%s was accepted", path)
	}
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// read returns the next message.
func (c *client) read() []byte {
	c.t.Helper()
	_, text, err := c.ws.Read(c.ctx)
	if err != nil {
		c.t.Fatalf("reading: %v", err)
	}
	return text
}

// next decodes the next message.
func next[T any](c *client) T {
	c.t.Helper()
	return decode[T](c.t, c.read())
}

func decode[T any](t *testing.T, text []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%.300s: %v", text, err)
	}
	return v
}

// event returns the next event, out of its envelope if it has one, and its type.
func (c *client) event() (stream, kind string, raw []byte) {
	c.t.Helper()
	raw = c.read()
	envelope := decode[struct {
		Stream string
		Data   json.RawMessage
	}](c.t, raw)
	if envelope.Stream != "" {
		raw = envelope.Data
	}
	header := decode[struct {
		Event string `json:"e"`
		Time  int64  `json:"E"` // or Go would read it into Event
	}](c.t, raw)
	return envelope.Stream, header.Event, raw
}

// until decodes messages until one satisfies done.
func until[T any](c *client, done func(T) bool) T {
	c.t.Helper()
	for {
		if v := next[T](c); done(v) {
			return v
		}
	}
}

// ask sends a message and returns the next one.
func (c *client) ask(text string) string {
	c.t.Helper()
	if c.sent++; c.sent > 4 {
		time.Sleep(220 * time.Millisecond) // the limit is 5 a second
	}
	if err := c.ws.Write(c.ctx, websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("writing: %v", err)
	}
	return string(c.read())
}

// closed reads until the connection is closed and returns how.
func (c *client) closed() websocket.CloseError {
	c.t.Helper()
	for {
		_, _, err := c.ws.Read(c.ctx)
		if err == nil {
			continue
		}
		var closing websocket.CloseError
		if !errors.As(err, &closing) {
			c.t.Fatalf("no close frame: %v", err)
		}
		return closing
	}
}

// metric returns the value of a metric without labels.
func (b *bench) metric(name string) string {
	w := httptest.NewRecorder()
	b.metrics.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// eventually waits until a condition holds.
func (b *bench) eventually(what string, holds func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("never happened: %s", what)
		}
	}
}
