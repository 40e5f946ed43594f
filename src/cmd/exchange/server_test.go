package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// testServer is a port with a handler and a bound on its connections.
func testServer(t *testing.T, limit int, h http.Handler) *server {
	t.Helper()
	s, err := listen(t.Context(), "LISTEN_ADDRESS", "127.0.0.1:0", limit, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.gate.open(h)
	failed := make(chan error, 1)
	s.serve(failed)
	t.Cleanup(func() {
		if err := s.http.Close(); err != nil {
			t.Error(err)
		}
		select {
		case err := <-failed:
			t.Error(err)
		default:
		}
	})
	return s
}

func dial(t *testing.T, s *server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func ask(t *testing.T, conn net.Conn, headers string) *http.Response {
	t.Helper()
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: exchange\r\n%s\r\n", headers); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

var greeting = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })

func TestHeadersBeyondTheBoundAreRefused(t *testing.T) {
	t.Parallel()
	s := testServer(t, 10, greeting)
	if answer := ask(t, dial(t, s), "X-Small: "+strings.Repeat("x", 8<<10)+"\r\n"); answer.StatusCode != http.StatusOK {
		t.Errorf("8 KiB of headers: status %d", answer.StatusCode)
	}
	if answer := ask(t, dial(t, s), "X-Large: "+strings.Repeat("x", 32<<10)+"\r\n"); answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("32 KiB of headers: status %d, want 431", answer.StatusCode)
	}
}

func TestConnectionThatSendsNoRequestIsClosed(t *testing.T) {
	t.Parallel()
	conn := dial(t, testServer(t, 10, greeting))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost:"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("waiting for the server to close: %v", err)
	}
	if took := time.Since(began); took > readHeaderTimeout+10*time.Second {
		t.Errorf("it was closed after %s", took)
	}
}

func TestRequestThatArrivesTooSlowlyIsCutOff(t *testing.T) {
	t.Parallel()
	done := make(chan error, 1)
	conn := dial(t, testServer(t, 10, withDeadline(200*time.Millisecond, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		done <- err
	}))))
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: exchange\r\nContent-Length: 10\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err == nil {
			t.Error("half a body was taken for a whole one")
		}
	case <-time.After(patience):
		t.Error("the handler still waits for the rest of the body")
	}
}

func TestDeadlineOfARequestIsNotThatOfTheNext(t *testing.T) {
	t.Parallel()
	const limit = 500 * time.Millisecond
	conn := dial(t, testServer(t, 10, withDeadline(limit, greeting)))
	ask(t, conn, "")
	time.Sleep(limit + 100*time.Millisecond) // the first one's deadline passes
	if answer := ask(t, conn, ""); answer.StatusCode != http.StatusOK {
		t.Errorf("status %d", answer.StatusCode)
	}
}

func TestConnectionsBeyondTheLimitWait(t *testing.T) {
	t.Parallel()
	s := testServer(t, 1, greeting)
	first, second := dial(t, s), dial(t, s)
	ask(t, first, "")
	if _, err := io.WriteString(second, "GET / HTTP/1.1\r\nHost: exchange\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := http.ReadResponse(bufio.NewReader(second), nil)
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Fatalf("the second connection was answered beside the first: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("the second connection, after the first: %v", err)
	}
}
