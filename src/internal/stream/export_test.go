package stream

import "time"

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

// Bucket is bucket.
var Bucket = bucket

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
