package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestAddressOfAVisitor(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tc := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                              {"192.0.2.7:4000", nil, "192.0.2.7"},
		"header of a stranger is not believed":  {"192.0.2.7:4000", []string{"198.51.100.1"}, "192.0.2.7"},
		"behind a proxy":                        {"10.1.2.3:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		"behind two proxies":                    {"10.1.2.3:4000", []string{"198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		"forged first entry":                    {"10.1.2.3:4000", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		"several headers":                       {"10.1.2.3:4000", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		"only proxies":                          {"10.1.2.3:4000", []string{"10.4.4.4"}, "10.4.4.4"},
		"proxy without header":                  {"10.1.2.3:4000", nil, "10.1.2.3"},
		"garbage from a proxy":                  {"10.1.2.3:4000", []string{"unknown"}, "10.1.2.3"},
		"IPv4 in IPv6":                          {"[::ffff:10.1.2.3]:4000", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		"IPv6 counts by network":                {"[2001:db8:1:2:3:4:5:6]:4000", nil, "2001:db8:1:2::/64"},
		"IPv6 behind an IPv6 proxy":             {"[fd00::1]:4000", []string{"2001:db8:1:2:ffff::1"}, "2001:db8:1:2::/64"},
		"zone of a link-local peer is cut away": {"[fe80::1%eth0]:4000", nil, "fe80::/64"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tc.peer
			for _, value := range tc.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			s := &site{Options: Options{TrustedProxies: proxies}}
			if got := s.address(r); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
