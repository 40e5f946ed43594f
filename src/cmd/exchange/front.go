package main

import (
	"net/http"
	"net/netip"
	"slices"
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

// clientAddress tells whom a request comes from: the peer or, if that is a trusted
// proxy, the last address in X-Forwarded-For that is none.
func clientAddress(trusted []netip.Prefix) func(*http.Request) netip.Addr {
	return func(r *http.Request) netip.Addr {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return netip.Addr{}
		}
		ip := peer.Addr().Unmap()
		chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, entry := range slices.Backward(chain) {
			next, err := netip.ParseAddr(strings.TrimSpace(entry))
			if err != nil || !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip) }) {
				break
			}
			ip = next.Unmap()
		}
		return ip
	}
}
