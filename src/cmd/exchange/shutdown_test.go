package main

import (
	"net/http"
	"testing"
)

func TestConnectionsEndWithTheirNextAnswerBeforeTheServerDoes(t *testing.T) {
	t.Parallel()
	v, _ := seeded(t)
	r := startReplica(t, v, "SHUTDOWN_DELAY=1s")
	closes := func() bool {
		t.Helper()
		answer, err := http.Get(r.public + "/api/v3/ping")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.Close
	}
	if closes() {
		t.Error("a connection is not kept while the replica serves")
	}
	r.terminate()
	r.awaitReadiness(t, http.StatusServiceUnavailable)
	if !closes() {
		t.Error("a connection is kept while the replica shuts down")
	}
	r.stop(t)
}
