// Package client says whom a request comes from, through proxies that are trusted.
package client

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Address returns whom a request comes from: the peer, or, if that is a trusted proxy,
// the last address in X-Forwarded-For that is none. What stands before it, anybody may
// have written. IPv4 in IPv6 is IPv4. It is the zero Addr if the peer has none.
func Address(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip := plain(peer.Addr())
	if !isTrusted(ip, trusted) {
		return ip
	}
	chain := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, entry := range slices.Backward(chain) {
		next, err := netip.ParseAddr(strings.TrimSpace(entry))
		if err != nil {
			break
		}
		if ip = plain(next); !isTrusted(ip, trusted) {
			break
		}
	}
	return ip
}

// Network is whom requests and connections are counted for: an IPv4 address, or the 64
// bits of an IPv6 address that one subscriber has. That of the zero Addr is the zero
// Prefix.
func Network(ip netip.Addr) netip.Prefix {
	ip = plain(ip)
	bits := ip.BitLen()
	if ip.Is6() {
		bits = 64
	}
	network, _ := ip.Prefix(bits) // the zero Addr has none
	return network
}

func plain(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }

func isTrusted(ip netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip) })
}
