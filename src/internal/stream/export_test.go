package stream

import (
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Tuning shortens times and sizes for tests; zero values leave the default.
type Tuning struct {
	Fast, Slow, Ping, PongTimeout, Lifetime, Write, Tickers time.Duration
	QueueMessages, QueueBytes, Backlog                      int
}

// Tune changes a hub that has not been started.
func (h *Hub) Tune(t Tuning) {
	set := func(d *time.Duration, v time.Duration) {
		if v != 0 {
			*d = v
		}
	}
	setInt := func(n *int, v int) {
		if v != 0 {
			*n = v
		}
	}
	set(&h.tuning.fast, t.Fast)
	set(&h.tuning.slow, t.Slow)
	set(&h.tuning.ping, t.Ping)
	set(&h.tuning.pongTimeout, t.PongTimeout)
	set(&h.tuning.lifetime, t.Lifetime)
	set(&h.tuning.write, t.Write)
	set(&h.tuning.tickers, t.Tickers)
	setInt(&h.tuning.queueMessages, t.QueueMessages)
	setInt(&h.tuning.queueBytes, t.QueueBytes)
	setInt(&h.tuning.backlog, t.Backlog)
}

// Pause keeps the hub from encoding anything until the function returned is called.
func (h *Hub) Pause() (resume func()) {
	h.mu.Lock()
	return h.mu.Unlock
}

// Listened returns how many accounts somebody listens to.
func (h *Hub) Listened() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.accounts)
}

// Listen adds listeners to a stream that throw away what they are sent.
func (h *Hub) Listen(name string, n int) {
	for range n {
		c := &conn{hub: h, topics: map[*topic]struct{}{}}
		c.queue.changed = make(chan struct{}, 1)
		h.topics[name].subscribers[c] = struct{}{}
	}
}

// Encode publishes a batch at once, and empties the queues of listeners.
func (h *Hub) Encode(b *exchange.Batch) {
	h.publish(b)
	for _, t := range h.topics {
		for c := range t.subscribers {
			c.queue.messages, c.queue.bytes = c.queue.messages[:0], 0
		}
	}
}

// Ask answers one message as a connection would be answered.
func (h *Hub) Ask(text []byte, api bool) [][]byte {
	c := &conn{hub: h, api: api, topics: map[*topic]struct{}{}, ctx: h.ctx}
	c.queue.changed = make(chan struct{}, 1)
	if api {
		h.serveRequest(c, text)
	} else {
		h.serveControl(c, text)
	}
	h.locked(func() {
		for t := range c.topics {
			h.leave(c, t)
		}
		for len(c.accounts) > 0 {
			h.leaveAccount(c.accounts[0])
		}
	})
	return c.queue.messages
}
