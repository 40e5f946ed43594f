package web

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
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

// address names whom a request comes from, for limits: an IPv4 address or an IPv6
// network of 64 bits, which is what one subscriber has.
func (s *site) address(r *http.Request) string {
	ip := clientIP(r, s.TrustedProxies)
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}

// clientIP returns the last address of the chain of X-Forwarded-For that is no
// trusted proxy; what stands before it, anybody could have written.
func clientIP(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip := peer.Addr().Unmap().WithZone("")
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(chain) - 1; i >= 0 && isTrusted(ip, trusted); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			break
		}
		ip = next.Unmap().WithZone("")
	}
	return ip
}

func isTrusted(ip netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}
