package rest_test

import (
	"net/http"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

const minute = 60_000

func TestTheLimitIsPerUserAndWindow(t *testing.T) {
	t.Parallel()
	l := rest.NewLimiter(10, minute, 0, 100)
	if got := l.Take("a", 10, 59_000); got.Wait != 0 || got.Spent != 10 {
		t.Errorf("within the limit: %+v", got)
	}
	if got := l.Take("a", 1, 59_500); got.Wait != 500 || got.Spent != 10 || got.Banned {
		t.Errorf("beyond the limit: %+v, want to wait for the minute's last 500 ms", got)
	}
	if got := l.Take("b", 1, 59_500); got.Wait != 0 {
		t.Errorf("somebody else: %+v", got)
	}
	if got := l.Take("a", 1, 60_000); got.Wait != 0 || got.Spent != 1 {
		t.Errorf("in the next minute: %+v", got)
	}
}

func TestWhoKeepsGoingIsBannedLongerEachTime(t *testing.T) {
	t.Parallel()
	l := rest.NewLimiter(1, minute, 3, 100)
	at := exchange.Millis(0)
	for i, want := range []exchange.Millis{2, 4, 8, 16, 32, 60, 60} {
		l.Take("a", 1, at)
		for range 3 {
			if got := l.Take("a", 1, at); got.Banned || got.Wait == 0 {
				t.Fatalf("ban %d: patience ended early: %+v", i, got)
			}
		}
		if got := l.Take("a", 1, at); !got.Banned || got.Wait != want*minute {
			t.Fatalf("ban %d: %+v, want %d minutes", i, got, want)
		}
		if got := l.Take("a", 1, at+want*minute-1); !got.Banned || got.Wait != 1 {
			t.Fatalf("ban %d, in its last millisecond: %+v", i, got)
		}
		at += want * minute
	}
	at += 24*60*minute + 1
	for range 5 {
		l.Take("a", 1, at)
	}
	if got := l.Take("a", 1, at); got.Wait != 2*minute {
		t.Errorf("a day later: %+v, want the first ban's length again", got)
	}
}

func TestIdleUsersAreForgottenAndTheirNumberIsBounded(t *testing.T) {
	t.Parallel()
	l := rest.NewLimiter(1, minute, 1, 100)
	for range 3 {
		l.Take("banned", 1, 0)
	}
	for i := range 1000 {
		l.Take(strconv.Itoa(i), 1, 0)
	}
	if l.Users() != 100 {
		t.Errorf("%d users, want no more than 100", l.Users())
	}
	if got := l.Take("banned", 1, minute); !got.Banned {
		t.Errorf("a banned user was forgotten: %+v", got)
	}
	if l.Users() != 1 {
		t.Errorf("%d users in the next minute, want the banned one alone", l.Users())
	}
	l.Take("other", 1, 2*24*60*minute)
	if l.Users() != 1 {
		t.Errorf("%d users two days later, want the new one alone", l.Users())
	}
}

func TestRequestsBeyondTheWeightLimit(t *testing.T) {
	t.Parallel()
	clock := now
	api := newAPI(t, func(o *rest.Options) { o.WeightLimit, o.Now = 30, func() time.Time { return clock } })
	w := send(api, request("GET", "/api/v3/exchangeInfo", ""))
	if used := w.Header().Get("X-MBX-USED-WEIGHT-1M"); w.Code != 200 || used != "20" {
		t.Fatalf("got %d, weight %q", w.Code, used)
	}
	for range 10 {
		w = send(api, request("GET", "/api/v3/ping", ""))
	}
	if used := w.Header().Get("X-MBX-USED-WEIGHT-1M"); w.Code != 200 || used != "30" {
		t.Fatalf("got %d, weight %q", w.Code, used)
	}
	for range 10 {
		w = send(api, request("GET", "/api/v3/ping", ""))
		wantError(t, w, http.StatusTooManyRequests, -1003, "current limit is 30 request weight per 1 MINUTE")
		if after := w.Header().Get("Retry-After"); after != "60" {
			t.Fatalf("Retry-After: %q", after)
		}
	}
	w = send(api, request("GET", "/api/v3/ping", ""))
	wantError(t, w, http.StatusTeapot, -1003, "IP banned until 1499827440000")
	if after := w.Header().Get("Retry-After"); after != "120" {
		t.Errorf("Retry-After: %q", after)
	}
	clock = clock.Add(2 * time.Minute)
	if w = send(api, request("GET", "/api/v3/ping", "")); w.Code != 200 {
		t.Errorf("after the ban: %d", w.Code)
	}
}

func TestClientsOfAProxyAreCountedApart(t *testing.T) {
	t.Parallel()
	api := newAPI(t, func(o *rest.Options) {
		o.WeightLimit, o.TrustedProxies = 100, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	for _, test := range []struct{ peer, forwarded, used string }{
		{"10.1.2.3:99", "2001:db8::1", "1"},
		{"10.1.2.3:99", "2001:db8::2", "2"},
		{"10.1.2.3:99", "2001:db8:0:1::1", "1"},
		{"192.0.2.1:99", "2001:db8::1", "1"},
	} {
		r := request("GET", "/api/v3/ping", "")
		r.RemoteAddr = test.peer
		r.Header.Set("X-Forwarded-For", test.forwarded)
		if used := send(api, r).Header().Get("X-MBX-USED-WEIGHT-1M"); used != test.used {
			t.Errorf("%s through %s has used %s, want %s", test.forwarded, test.peer, used, test.used)
		}
	}
}

func TestUnknownPathsCountToo(t *testing.T) {
	t.Parallel()
	api := newAPI(t, func(o *rest.Options) { o.WeightLimit = 1 })
	send(api, request("GET", "/api/v3/nothing", ""))
	wantError(t, send(api, request("GET", "/api/v3/ping", "")), http.StatusTooManyRequests, -1003, "Too much request weight used")
}
