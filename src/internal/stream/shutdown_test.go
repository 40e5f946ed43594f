package stream_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/stream"
)

func TestShutdownTellsEverybodyAndCloses(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen, tune(func(t *stream.Tuning) { t.Fast, t.Slow = time.Hour, time.Hour }))
	raw, combined, api := b.dial("/ws/btcusdt@depth@100ms"), b.dial("/stream?streams=btcusdt@trade"), b.listen("alice")
	tr := &trader{b: b}
	batch := tr.batch(noon, "100", "1", exchange.Buy)
	batch.Levels = big(1).Levels[:1]
	b.publish(batch)
	done := make(chan error, 1)
	go func() { done <- b.hub.Shutdown(context.Background()) }()

	if _, kind, _ := raw.event(); kind != "depthUpdate" {
		t.Errorf("what was collected is not sent: %s", kind)
	}
	if stream, _, _ := combined.event(); stream != "btcusdt@trade" {
		t.Errorf("what was published is not sent: %s", stream)
	}
	for want, c := range map[string]*client{
		`{"e":"serverShutdown","E":1700000000123}`:                                     raw,
		`{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1700000000123}}`: combined,
		`{"event":{"e":"serverShutdown","E":1700000000123}}`:                           api,
	} {
		if got := string(c.read()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := c.closed(); got.Code != websocket.StatusGoingAway {
			t.Errorf("closed with %v", got)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := b.metric("exchange_stream_connections"); got != "0" {
		t.Errorf("%s connections are left", got)
	}
}

// go-binance panics if a combined connection for depth alone gets anything else.
func TestShutdownSendsCombinedDepthNothingButDepth(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.dial("/stream?streams=btcusdt@depth/ethusdt@depth5@100ms")
	b.publish(big(1))
	go func() { _ = b.hub.Shutdown(context.Background()) }()
	for {
		_, text, err := c.ws.Read(c.ctx)
		if err != nil {
			if got := websocket.CloseStatus(err); got != websocket.StatusGoingAway {
				t.Errorf("closed with %v", err)
			}
			return
		}
		if !strings.Contains(string(text), "@depth") {
			t.Errorf("got %s", text)
		}
	}
}

func TestNobodyIsAdmittedBeforeTheStartOrAfterTheEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if status, body := b.refused("/ws"); status != 503 || !strings.Contains(body, "starting") {
		t.Errorf("before the start: %d %s", status, body)
	}
	b.hub.Start(0)
	_ = b.dial("/ws").ws.CloseNow()
	if err := b.hub.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if status, body := b.refused("/ws"); status != 503 || !strings.Contains(body, "shutting down") {
		t.Errorf("after the end: %d %s", status, body)
	}
	b.publish(oneTrade(exchange.Buy)) // is too late, and harmless
	if err := b.hub.Shutdown(context.Background()); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

func TestShutdownCutsOffWhoDoesNotAgree(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.dial("/ws/btcusdt@trade") // never reads, so never answers the closing handshake
	b.dial("/ws-api/v3")
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := b.hub.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	if got := b.metric("exchange_stream_connections"); got != "0" {
		t.Errorf("%s connections are left", got)
	}
}
