package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/bitpin/exchange/src/internal/metrics"
)

const (
	healthInterval = time.Second
	healthTimeout  = 3 * time.Second // of one check; an outage shows after 4 s at most
)

// health knows whether this replica should get requests.
type health struct {
	ping     func(context.Context) error
	loaded   atomic.Bool // the books are in memory
	draining atomic.Bool
	database atomic.Bool // it answered the latest check
}

// watch checks the database until ctx ends.
func (h *health) watch(ctx context.Context, m *metrics.Writer) {
	ticker := time.NewTicker(healthInterval)
	defer ticker.Stop()
	for {
		h.check(ctx, m)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (h *health) check(ctx context.Context, m *metrics.Writer) {
	checkCtx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	err := h.ping(checkCtx)
	if ctx.Err() != nil {
		return
	}
	h.database.Store(err == nil)
	m.SetDatabaseUp(err == nil)
}

// problem says why this replica should get no requests; it is empty if it should.
func (h *health) problem() string {
	switch {
	case h.draining.Load():
		return "shutting down"
	case !h.database.Load():
		return "the database does not answer"
	case !h.loaded.Load():
		return "the books are being loaded"
	}
	return ""
}

// operations answers on the port of those who run the exchange.
func (h *health) operations(m *metrics.Metrics) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if problem := h.problem(); problem != "" {
			http.Error(w, "not ready: "+problem, http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	return mux
}
