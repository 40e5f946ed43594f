package metrics

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// unmatched is the route of requests that no pattern took.
const unmatched = "unmatched"

type httpMetrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newHTTPMetrics(m *Metrics) httpMetrics {
	return httpMetrics{
		requests: m.counterVec("exchange_http_requests_total",
			"HTTP requests answered, by method, route pattern and status code.", "method", "route", "code"),
		duration: m.histogramVec("exchange_http_request_duration_seconds",
			"Time to answer an HTTP request, without connections that became WebSockets.", durationBuckets, "method", "route", "code"),
		inFlight: m.gauge("exchange_http_requests_in_flight",
			"HTTP requests being answered, without connections that became WebSockets."),
	}
}

// HTTP measures the requests that next answers, under the pattern by which chi
// routed them. It works inside a chi router (Use) and around one.
func (m *Metrics) HTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := chi.RouteContext(r.Context())
		if route == nil {
			// A router fills in the context that it finds, so the pattern can be
			// read from it afterwards.
			route = chi.NewRouteContext()
			r = r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, route))
		}
		e := &measuredResponse{ResponseWriter: w, metrics: &m.http, method: boundedMethod(r.Method), route: route, began: time.Now()}
		m.http.inFlight.Inc()
		// A panic passes through; net/http then drops the connection, which is an
		// error on our side.
		code := http.StatusInternalServerError
		defer func() { e.finish(code) }()
		next.ServeHTTP(e, r)
		code = http.StatusOK
	})
}

// measuredResponse is one request and its answer. It notes the status code.
type measuredResponse struct {
	http.ResponseWriter
	metrics  *httpMetrics
	route    *chi.Context
	method   string
	began    time.Time
	code     int
	finished bool
}

// WriteHeader notes the final status code; informational ones precede it.
func (e *measuredResponse) WriteHeader(code int) {
	if e.code == 0 && (code >= 200 || code == http.StatusSwitchingProtocols) {
		e.code = code
	}
	if code == http.StatusSwitchingProtocols {
		e.switched()
	}
	e.ResponseWriter.WriteHeader(code)
}

// switched ends the measurement of a connection that is no longer HTTP: it may last
// for days.
func (e *measuredResponse) switched() {
	if e.finished {
		return
	}
	e.finished = true
	e.metrics.inFlight.Dec()
	e.metrics.requests.WithLabelValues(e.method, routeOf(e.route), strconv.Itoa(http.StatusSwitchingProtocols)).Inc()
}

// Write implies status 200 as in net/http.
func (e *measuredResponse) Write(b []byte) (int, error) {
	if e.code == 0 {
		e.code = http.StatusOK
	}
	return e.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach deadlines and full duplex.
func (e *measuredResponse) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// Flush is for callers that look for http.Flusher instead of using a controller.
func (e *measuredResponse) Flush() { _ = e.FlushError() }

// FlushError flushes through any number of wrappers.
func (e *measuredResponse) FlushError() error {
	if e.code == 0 {
		e.code = http.StatusOK
	}
	return http.NewResponseController(e.ResponseWriter).Flush()
}

// Hijack hands the connection over through any number of wrappers.
func (e *measuredResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(e.ResponseWriter).Hijack()
	if err == nil {
		e.switched()
	}
	return conn, rw, err
}

// finish counts the answer; code stands in where the handler wrote none.
func (e *measuredResponse) finish(code int) {
	if e.finished {
		return
	}
	e.finished = true
	if e.code != 0 {
		code = e.code
	}
	labels := []string{e.method, routeOf(e.route), strconv.Itoa(code)}
	e.metrics.inFlight.Dec()
	e.metrics.requests.WithLabelValues(labels...).Inc()
	e.metrics.duration.WithLabelValues(labels...).Observe(time.Since(e.began).Seconds())
}

func routeOf(c *chi.Context) string {
	switch pattern := c.RoutePattern(); pattern {
	case "", "/*": // the latter: a router mounted at the root had no route either
		return unmatched
	default:
		return pattern
	}
}

// boundedMethod keeps invented methods from making series.
func boundedMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return method
	}
	return "other"
}
