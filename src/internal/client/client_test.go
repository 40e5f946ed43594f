package client_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/bitpin/exchange/src/internal/client"
)

func TestTheClientIsTheLastAddressThatIsNoProxy(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, test := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                         {"192.0.2.1:99", nil, "192.0.2.1"},
		"somebody pretends":                {"192.0.2.1:99", []string{"198.51.100.7"}, "192.0.2.1"},
		"one proxy":                        {"10.1.2.3:99", []string{"198.51.100.7"}, "198.51.100.7"},
		"what the client wrote is ignored": {"10.1.2.3:99", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"two proxies":                      {"10.1.2.3:99", []string{"198.51.100.7, 10.9.9.9"}, "198.51.100.7"},
		"several headers":                  {"10.1.2.3:99", []string{"203.0.113.9", "198.51.100.7", "10.9.9.9"}, "198.51.100.7"},
		"only proxies":                     {"10.1.2.3:99", []string{"10.9.9.9"}, "10.9.9.9"},
		"a proxy that adds nothing":        {"10.1.2.3:99", nil, "10.1.2.3"},
		"nonsense":                         {"10.1.2.3:99", []string{"198.51.100.7, unknown"}, "10.1.2.3"},
		"IPv6 proxy":                       {"[fd00::1]:99", []string{"2001:db8::7"}, "2001:db8::7"},
		"IPv4 in IPv6":                     {"[::ffff:10.1.2.3]:99", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"a zone":                           {"[fe80::1%eth0]:99", nil, "fe80::1"},
		"a proxy with a zone":              {"[fd00::1%eth0]:99", []string{"2001:db8::7"}, "2001:db8::7"},
		"no address":                       {"pipe", []string{"198.51.100.7"}, "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.RemoteAddr = test.peer
			for _, value := range test.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			if got := client.Address(r, trusted); got.String() != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAClientIsAnIPv4AddressOrAnIPv6Network(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1/32",
		"::ffff:192.0.2.1":     "192.0.2.1/32",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::9": "2001:db8:1:2::/64",
		"2001:db8:1:3::1":      "2001:db8:1:3::/64",
		"fe80::1%eth0":         "fe80::/64",
	} {
		if got := client.Network(netip.MustParseAddr(address)).String(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	if got := client.Network(netip.Addr{}); got != (netip.Prefix{}) {
		t.Errorf("no address: %s", got)
	}
}
