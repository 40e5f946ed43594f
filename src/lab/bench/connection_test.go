package bench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestConnectionSendsOneRequestAfterTheOther(t *testing.T) {
	t.Parallel()
	answers := []int{http.StatusOK, http.StatusBadRequest, http.StatusTooManyRequests}
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("n") == "" {
			t.Errorf("%s %s has no form", r.Method, r.URL)
		}
		w.WriteHeader(answers[asked])
		_, _ = w.Write([]byte(strings.Repeat("x", 500*asked)))
		asked++
	}))
	defer server.Close()
	c, err := dial(t.Context(), server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	request := []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\nn=1")
	for i, want := range answers {
		status, err := c.send(request)
		if status != want || (err != nil) != (i == 2) {
			t.Errorf("answer %d: %d, %v; want %d", i, status, err, want)
		}
	}
}

func TestConnectionRefusesWhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"SSH-2.0\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = conn.Write([]byte(text))
			_ = conn.Close()
		}))
		c, err := dial(t.Context(), server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if status, err := c.send([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err == nil {
			t.Errorf("%q is taken for an answer of status %d", text, status)
		}
		c.close()
		server.Close()
	}
}
