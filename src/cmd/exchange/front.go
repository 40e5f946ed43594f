package main

import (
	"net/http"
	"strings"
	"time"
)

// requestAllowance is what a request may take beside its command: reading it,
// asking the database, writing the answer.
const requestAllowance = 30 * time.Second

// front shares the public port between the API, the streams and the page. They are
// told apart by path, without a router of its own: each has one, whose patterns the
// metrics are labelled with.
func front(api, streams, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch first {
		case "api", "openapi.json":
			api.ServeHTTP(w, r)
		case "ws", "stream", "ws-api":
			streams.ServeHTTP(w, r)
		default:
			page.ServeHTTP(w, r)
		}
	})
}
