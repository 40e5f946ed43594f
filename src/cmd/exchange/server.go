package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"
)

// Bounds of a connection. A request's own deadline comes with its handler, because
// streams have none.
const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 2 * time.Minute // longer than peers keep idle connections
	maxHeaderBytes    = 16 << 10
	fewConnections    = 1024 // of ports that strangers cannot reach
)

// server is one port.
type server struct {
	name     string // of its variable
	listener net.Listener
	http     *http.Server
	gate     gate
}

// listen opens a port and answers nothing yet. Connections beyond the limit wait.
func listen(ctx context.Context, name, address string, limit int, log *slog.Logger) (*server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &server{name: name, listener: netutil.LimitListener(l, limit)}
	s.http = &http.Server{
		Handler: &s.gate, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(log.With("port", name).Handler(), slog.LevelWarn),
	}
	return s, nil
}

// serve answers until shutdown. An error is told to failed.
func (s *server) serve(failed chan<- error) {
	go func() {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("%s: %w", s.name, err)
		}
	}()
}

// shutdown takes no more connections and waits for the requests under way; those
// that remain when ctx ends are cut off.
func (s *server) shutdown(ctx context.Context) error {
	defer s.listener.Close() // if nobody ever served it
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("%s: requests were cut off: %w", s.name, err), s.http.Close())
	}
	return nil
}

// gate answers in place of a handler that is not there yet, and lets clients go
// before the server does.
type gate struct {
	handler atomic.Pointer[http.Handler]
	leaving atomic.Bool
}

func (g *gate) open(h http.Handler) { g.handler.Store(&h) }

// leave has each connection end with its next answer. A client whose connection we
// closed while it was sending a request would not know what became of it.
func (g *gate) leave() { g.leaving.Store(true) }

// ServeHTTP says, in the manner of the API, that nothing was done, unless the handler
// is there.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.leaving.Load() {
		w.Header().Set("Connection", "close")
	}
	if h := g.handler.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprintln(w, `{"code":-1001,"msg":"This replica is still starting. The request was not executed; send it again."}`)
}

// withDeadline bounds how long a request may take to arrive and its answer to be
// taken. After it, the connection is of no more use.
func withDeadline(d time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control, end := http.NewResponseController(w), time.Now().Add(d)
		if err := errors.Join(control.SetReadDeadline(end), control.SetWriteDeadline(end)); err != nil {
			http.Error(w, "the connection takes no deadline", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}
