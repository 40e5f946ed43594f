package rest

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// network is whom requests are counted for: an IPv4 address, or the 64 bits of an
// IPv6 address that one subscriber has.
type network netip.Addr

func networkOf(ip netip.Addr) network {
	if ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			ip = prefix.Addr()
		}
	}
	return network(ip)
}

// clientIP returns whom a request comes from: the peer, or, if that is a trusted
// proxy, the last address in X-Forwarded-For that is none. What stands before it,
// anybody may have written.
func clientIP(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip := plainIP(peer.Addr())
	if !isTrusted(ip, trusted) {
		return ip
	}
	chain := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, entry := range slices.Backward(chain) {
		next, err := netip.ParseAddr(strings.TrimSpace(entry))
		if err != nil {
			break
		}
		if ip = plainIP(next); !isTrusted(ip, trusted) {
			break
		}
	}
	return ip
}

func plainIP(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }

func isTrusted(ip netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip) })
}
