package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/web"
)

func containsNotice(a answer) bool { return strings.Contains(a.body, `class="notice`) }

func TestPagesOfARealExchange(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice, guest := s.signIn("alice"), s.visitor()
	alice.limit("BUY", "200", "1")
	for _, v := range []*visitor{guest, alice} {
		for path, status := range map[string]int{
			"/": 200, "/markets/BTCUSDT": 200, "/markets/ETHUSDT": 200, "/invariants": 200,
			"/markets/NOPE": 404, "/markets/": 404, "/nothing": 404, "/markets/BTCUSDT/x": 404,
		} {
			a := v.get(path)
			a.check(t, status)
			web.CheckHTML(t, a.body)
			if head := v.send(http.MethodHead, path, nil); head.StatusCode != status || head.body != "" {
				t.Errorf("HEAD %s: %s, %d bytes", path, head.Status, len(head.body))
			}
			if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
				t.Errorf("%s: Content-Security-Policy %q", path, csp)
			}
		}
	}
	guest.get("/markets/BTCUSDT").check(t, http.StatusOK, "Sign in to trade", "200.00", "0.01 USDT", "Nobody sells")
}

func TestAddressesArePlacesAndNotWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	const words = "<b>Send your coins to me</b>"
	for _, path := range []string{"/?notice=", "/markets/BTCUSDT?notice=", "/markets/BTCUSDT?order=", "/orders?market=", "/login?next=", "/markets/", "/"} {
		if a := alice.get(path + strings.ReplaceAll(words, " ", "%20")); strings.Contains(a.body, "coins") {
			t.Errorf("%s: the page repeats what the address says", path)
		}
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for method, path := range map[string]string{http.MethodPost: "/", http.MethodDelete: "/markets/BTCUSDT", http.MethodPut: "/login", http.MethodGet: "/logout"} {
		if a := s.visitor().send(method, path, nil); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" {
			t.Errorf("%s %s: %s, Allow %q", method, path, a.Status, a.Header.Get("Allow"))
		}
	}
}

func TestFloodFromOneAddressIsHeldBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor()
	for i := range 1000 {
		a := v.get("/nothing")
		if a.StatusCode == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") != "1" || i < 200 {
				t.Errorf("after %d pages: Retry-After %q", i, a.Header.Get("Retry-After"))
			}
			s.ahead.Add(1000)
			v.get("/").check(t, http.StatusOK)
			return
		}
	}
	t.Error("1000 pages at once were served")
}

func TestFailureIsLoggedAndNotShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	s.DB.Close()
	for _, v := range []*visitor{alice, s.visitor()} {
		a := v.get("/markets/BTCUSDT")
		a.check(t, http.StatusInternalServerError, "Something went wrong")
		web.CheckHTML(t, a.body)
		if strings.Contains(a.body, "pool") {
			t.Errorf("the page tells why: %s", a.body)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "closed pool") {
		t.Errorf("the log does not tell why: %s", log)
	}
}

func TestOptionsAreRequired(t *testing.T) {
	t.Parallel()
	if handler, err := web.New(web.Options{}); err == nil || handler != nil {
		t.Errorf("got %v, %v", handler, err)
	}
}
