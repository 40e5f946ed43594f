package stream

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"
	"github.com/go-chi/chi/v5"
	"golang.org/x/time/rate"

	"github.com/bitpin/exchange/src/internal/client"
)

// Handler answers /ws, /ws/…, /stream and /ws-api/v3.
func (h *Hub) Handler() http.Handler {
	r := chi.NewRouter()
	h.Routes(r)
	return r
}

// Routes adds the hub's paths to a router.
func (h *Hub) Routes(r chi.Router) {
	r.Get("/ws", h.serveRaw)
	r.Get("/ws/*", h.serveRaw)
	r.Get("/stream", h.serveCombined)
	r.Get("/ws-api/v3", h.serveAPI)
}

// serveRaw takes streams from the path. A number in their place, as some clients
// use to keep connections apart, stands for none.
func (h *Hub) serveRaw(w http.ResponseWriter, r *http.Request) {
	path := chi.URLParam(r, "*")
	if unescaped, err := url.PathUnescape(path); err == nil {
		path = unescaped
	}
	if strings.Trim(path, "0123456789") == "" {
		path = ""
	}
	h.serve(w, r, &conn{}, splitStreams(path))
}

func (h *Hub) serveCombined(w http.ResponseWriter, r *http.Request) {
	h.serve(w, r, &conn{combined: true}, splitStreams(r.URL.Query().Get("streams")))
}

func (h *Hub) serveAPI(w http.ResponseWriter, r *http.Request) {
	h.serve(w, r, &conn{api: true}, nil)
}

func splitStreams(path string) []string {
	return strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
}

// serve admits a connection and stays with it until it ends.
func (h *Hub) serve(w http.ResponseWriter, r *http.Request, c *conn, streams []string) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		refuse(w, http.StatusUpgradeRequired, invalidRequest("this is a WebSocket endpoint; send an Upgrade request"))
		return
	}
	if unit := r.URL.Query().Get("timeUnit"); unit != "" && !strings.EqualFold(unit, "MILLISECOND") {
		refuse(w, http.StatusBadRequest, invalidRequest("timeUnit must be MILLISECOND"))
		return
	}
	c.hub, c.address = h, client.Network(h.options.ClientAddress(r))
	c.topics, c.queue.changed = map[*topic]struct{}{}, make(chan struct{}, 1)
	c.limiter = rate.NewLimiter(controlPerSecond, controlPerSecond)
	// Not the request's context, which means nothing once the connection is hijacked.
	c.ctx, c.cancel = context.WithCancel(h.ctx)
	defer c.cancel()
	if status, problem := h.admit(c, streams); problem != nil {
		w.Header().Set("Retry-After", "1")
		refuse(w, status, problem)
		return
	}
	defer h.dismiss(c)
	if err := c.accept(w, r); err != nil {
		h.options.Log.Debug("accepting a WebSocket", "address", c.address.String(), "error", err)
		return
	}
	defer func() { _ = c.ws.CloseNow() }()
	h.options.Metrics.Opened()
	defer h.options.Metrics.Closed()
	c.run()
}

// accept upgrades the connection. Any origin may connect: nothing here looks at
// cookies or other credentials that a browser would add by itself, so a foreign page
// can do no more than its author could. No compression: it would cost memory for
// each connection and the work for each message.
func (c *conn) accept(w http.ResponseWriter, r *http.Request) (err error) {
	c.ws, err = websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     func(context.Context, []byte) bool { return c.allow() },
	})
	return err
}

func (c *conn) run() {
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	go c.keepAlive()
	c.read()
	if !c.queue.ending() {
		c.cancel() // the client is gone
	}
	<-written
}

// admit registers a connection and its first streams, or says why not.
func (h *Hub) admit(c *conn, streams []string) (int, *requestError) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closing:
		return http.StatusServiceUnavailable, &requestError{-1016, "This replica is shutting down; connect again."}
	case !h.started:
		return http.StatusServiceUnavailable, &requestError{-1008, "This replica is still starting; connect again."}
	case len(h.conns) >= maxConnections:
		h.options.Metrics.Refused()
		return http.StatusServiceUnavailable, &requestError{-1008, "This replica has too many connections; connect again later."}
	case h.addresses[c.address] >= h.options.ConnectionsPerAddress:
		h.options.Metrics.Refused()
		return http.StatusTooManyRequests, &requestError{-1003, "Too many connections from your address; use one connection for many streams."}
	}
	if problem := h.subscribe(c, streams); problem != nil {
		return http.StatusBadRequest, problem
	}
	h.conns[c] = struct{}{}
	h.addresses[c.address]++
	h.serving.Add(1)
	return 0, nil
}

// dismiss forgets a connection.
func (h *Hub) dismiss(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for t := range c.topics {
		h.leave(c, t)
	}
	for len(c.accounts) > 0 {
		h.leaveAccount(c.accounts[0])
	}
	delete(h.conns, c)
	if h.addresses[c.address]--; h.addresses[c.address] == 0 {
		delete(h.addresses, c.address)
	}
	h.serving.Done()
}

func refuse(w http.ResponseWriter, status int, problem *requestError) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem)
}
