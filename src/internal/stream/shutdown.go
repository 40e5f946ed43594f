package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bitpin/exchange/src/internal/exchange"
)

type shutdownEvent struct {
	Event string          `json:"e"`
	Time  exchange.Millis `json:"E"`
}

// Shutdown refuses new connections, sends what has been published, then a
// serverShutdown event, and closes all connections, which http.Server.Shutdown does
// not do. It waits for the clients to agree until ctx ends; then it cuts them off
// and returns ctx's error.
func (h *Hub) Shutdown(ctx context.Context) error {
	h.locked(func() {
		if h.closing {
			return
		}
		h.closing = true
		h.takeBatches()
		h.tickSlow()
		event := encode(shutdownEvent{"serverShutdown", h.now()})
		for c := range h.conns {
			switch {
			case c.api:
				c.push(encode(map[string]json.RawMessage{"event": event}))
			case c.combined && c.onlyDepth():
				// go-binance's readers of combined depth panic on any other event;
				// the close frame that follows says the same.
			case c.combined:
				c.push(envelope("!serverShutdown", event))
			default:
				c.push(event)
			}
			c.end(statusGoingAway, "the server is shutting down; connect again", keepQueue)
		}
	})
	defer h.stop()
	closed := make(chan struct{})
	go func() {
		h.serving.Wait()
		close(closed)
	}()
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
	}
	h.stop() // every connection's context ends with it
	<-closed
	return fmt.Errorf("closing WebSocket connections: %w", ctx.Err())
}

// onlyDepth reports whether a connection has streams, and all of them are depth.
func (c *conn) onlyDepth() bool {
	for t := range c.topics {
		if !strings.Contains(t.name, "@depth") {
			return false
		}
	}
	return len(c.topics) > 0
}
