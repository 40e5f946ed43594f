package metrics_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/metrics"
)

func router() chi.Router {
	r := chi.NewRouter()
	r.Route("/api/v3", func(r chi.Router) {
		r.Get("/order/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
		r.Post("/order", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") })
		r.Get("/silent", func(http.ResponseWriter, *http.Request) {})
		r.Get("/panic", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	})
	return r
}

func TestRequestsAreCountedByRoutePattern(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, method, path, want string }{
		{"path parameter", "GET", "/api/v3/order/12345", `code="418",method="GET",route="/api/v3/order/{id}"`},
		{"implicit 200", "POST", "/api/v3/order", `code="200",method="POST",route="/api/v3/order"`},
		{"nothing written", "GET", "/api/v3/silent", `code="200",method="GET",route="/api/v3/silent"`},
		{"unknown path", "GET", "/wp-admin/setup.php", `code="404",method="GET",route="unmatched"`},
		{"unknown path below a prefix", "GET", "/api/v3/secret/1", `code="404",method="GET",route="/api/v3/*"`},
		{"invented method", "BREW", "/nowhere", `method="other",route="unmatched"`},
		{"panic", "GET", "/api/v3/panic", `code="500",method="GET",route="/api/v3/panic"`},
	}
	for _, c := range cases {
		for _, around := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/around=%t", c.name, around), func(t *testing.T) {
				t.Parallel()
				m := metrics.New("")
				handler := m.HTTP(router())
				if !around {
					r := chi.NewRouter()
					r.Use(m.HTTP)
					r.Mount("/", router())
					handler = r
				}
				serve(handler, httptest.NewRequest(c.method, c.path, nil))
				body, _ := scrape(t, m, "text/plain")
				if !strings.Contains(body, c.want) {
					t.Errorf("no series with %s in\n%s", c.want, linesWith(body, "exchange_http_requests_total{"))
				}
				if n := strings.Count(body, "exchange_http_request_duration_seconds_count{"); n != 1 {
					t.Errorf("%d series of durations, want 1", n)
				}
				if !strings.Contains(body, "exchange_http_requests_in_flight 0\n") {
					t.Error("a request is still in flight")
				}
			})
		}
	}
}

func serve(handler http.Handler, r *http.Request) {
	defer func() { _ = recover() }() // as net/http does
	handler.ServeHTTP(httptest.NewRecorder(), r)
}

func linesWith(body, part string) string {
	var found strings.Builder
	for line := range strings.Lines(body) {
		if strings.Contains(line, part) {
			found.WriteString(line)
		}
	}
	return found.String()
}

func TestWebSocketsLeaveTheMeasurementWhenTheyAreUpgraded(t *testing.T) {
	t.Parallel()
	m := metrics.New("")
	r := chi.NewRouter()
	release := make(chan struct{})
	r.Get("/ws/*", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		<-release
		_ = c.Close(websocket.StatusNormalClosure, "")
	})
	server := httptest.NewServer(m.HTTP(r))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, server.URL+"/ws/btcusdt@trade", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.CloseNow() }()
	body, _ := scrape(t, m, "text/plain")
	for _, want := range []string{
		"exchange_http_requests_in_flight 0\n",
		`exchange_http_requests_total{code="101",method="GET",route="/ws/*"} 1` + "\n",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the scrape lacks %q", want)
		}
	}
	if lines := linesWith(body, "exchange_http_request_duration_seconds_count"); lines != "" {
		t.Errorf("the life of a stream is measured as a request: %s", lines)
	}
}

func TestAnswersCanBeFlushedWhileTheyAreWritten(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	handler := metrics.New("").HTTP(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "first")
		w.(http.Flusher).Flush()
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("deadlines are out of reach: %v", err)
		}
		<-release
	}))
	server := httptest.NewServer(handler)
	defer server.Close()
	defer close(release)
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || line != "first\n" {
		t.Errorf("read %q, %v before the handler returned", line, err)
	}
}

func TestDurationsHaveNativeAndClassicBuckets(t *testing.T) {
	t.Parallel()
	families, err := everything(t).Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "exchange_http_request_duration_seconds" {
			continue
		}
		h := family.GetMetric()[0].GetHistogram()
		if len(h.GetPositiveSpan()) == 0 && h.GetZeroThreshold() == 0 {
			t.Error("no native buckets")
		}
		classic := h.GetBucket()
		if first, last := classic[0].GetUpperBound(), classic[len(classic)-1].GetUpperBound(); first != 0.0001 || last != 10 {
			t.Errorf("classic buckets from %g to %g s, want 0.0001 to 10", first, last)
		}
		return
	}
	t.Error("durations are not exported")
}
