package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestVisitorsOfAProxyAreToldApart(t *testing.T) {
	t.Parallel()
	s := &site{Options: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for peer, want := range map[string]string{"10.1.2.3:4000": "2001:db8:1:2::/64", "192.0.2.7:4000": "192.0.2.7/32"} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", "2001:db8:1:2:ffff::1")
		if got := s.address(r); got != want {
			t.Errorf("through %s: %s, want %s", peer, got, want)
		}
	}
}
