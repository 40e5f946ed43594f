package rest_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/bitpin/exchange/src/internal/rest"
)

func TestTheClientIsTheLastAddressThatIsNoProxy(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, test := range map[string]struct {
		peer    string
		forward []string
		want    string
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
	} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = test.peer
		for _, value := range test.forward {
			r.Header.Add("X-Forwarded-For", value)
		}
		if got := rest.ClientIP(r, trusted); got.String() != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestAnIPv6SubscriberIsOneUser(t *testing.T) {
	t.Parallel()
	a, b := netip.MustParseAddr("2001:db8:1:2::1"), netip.MustParseAddr("2001:db8:1:2:ffff::9")
	if rest.NetworkOf(a) != rest.NetworkOf(b) {
		t.Error("two addresses of one /64 are counted apart")
	}
	if rest.NetworkOf(a) == rest.NetworkOf(netip.MustParseAddr("2001:db8:1:3::1")) {
		t.Error("two networks are counted as one")
	}
}
