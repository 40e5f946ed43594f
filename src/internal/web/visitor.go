package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/bitpin/exchange/src/internal/client"
)

// A visitor's address may load ten pages a second for long: a person with several
// open pages that refresh themselves needs one or two.
const (
	visitRate  = 100 * time.Millisecond
	visitBurst = 200
)

// limitVisits bounds what one address can ask of the database.
func (s *site) limitVisits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := s.visits.take(s.address(r), s.Now()); wait > 0 {
			retryAfter(w, wait)
			http.Error(w, "Too many requests from your address. Wait a moment and reload.", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func retryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
}

// address names whom a request comes from, for limits.
func (s *site) address(r *http.Request) string {
	return client.Network(client.Address(r, s.TrustedProxies)).String()
}
