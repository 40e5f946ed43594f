package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientAddressBelievesTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, test := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"a stranger":                       {"192.0.2.1:5000", nil, "192.0.2.1"},
		"a stranger who claims another":    {"192.0.2.1:5000", []string{"198.51.100.7"}, "192.0.2.1"},
		"behind a proxy":                   {"10.1.2.3:5000", []string{"198.51.100.7"}, "198.51.100.7"},
		"behind two proxies":               {"10.1.2.3:5000", []string{"198.51.100.7, 10.9.9.9"}, "198.51.100.7"},
		"behind a proxy, with a claim":     {"10.1.2.3:5000", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"behind a proxy, in two headers":   {"10.1.2.3:5000", []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		"behind a proxy, with nonsense":    {"10.1.2.3:5000", []string{"198.51.100.7, unknown"}, "10.1.2.3"},
		"a proxy itself":                   {"10.1.2.3:5000", nil, "10.1.2.3"},
		"behind a proxy of another family": {"[fd00::1]:5000", []string{"2001:db8::7"}, "2001:db8::7"},
		"a mapped address":                 {"[::ffff:10.1.2.3]:5000", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.RemoteAddr = test.peer
			for _, value := range test.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			if got := clientAddress(trusted)(r); got.String() != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
