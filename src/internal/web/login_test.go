package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/web"
)

func TestSignInSetsASessionCookieAndLeadsBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.visitor()
	a := alice.post("/login?next=/markets/BTCUSDT", "/login", "name", "alice", "password", password, "next", "/markets/BTCUSDT")
	a.leads(t, "/markets/BTCUSDT")
	cookie := find(t, a.Cookies(), "session")
	if !cookie.HttpOnly || cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.MaxAge <= 0 {
		t.Errorf("the cookie is %+v", cookie)
	}
	alice.get("/markets/BTCUSDT").check(t, http.StatusOK, "alice", "Sign out", "Place an order")
	alice.get("/login?next=/orders").leads(t, "/orders")
}

func TestSecureSiteUsesHostCookies(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.SecureCookies = true })
	a := s.visitor().get("/login")
	login := find(t, a.Cookies(), "__Host-login")
	if !login.Secure || !login.HttpOnly || login.Domain != "" {
		t.Errorf("the cookie is %+v", login)
	}
	// The cookie jar would not send a Secure cookie by HTTP.
	form := url.Values{"csrf": {login.Value}, "name": {"alice"}, "password": {password}}
	a = s.visitor().send(http.MethodPost, "/login", form, "Cookie", "__Host-login="+login.Value)
	session := find(t, a.Cookies(), "__Host-session")
	if !session.Secure || !session.HttpOnly || session.Path != "/" {
		t.Errorf("the cookie is %+v", session)
	}
	page := s.visitor().send(http.MethodGet, "/orders", nil, "Cookie", "__Host-session="+session.Value)
	page.check(t, http.StatusOK, "alice")
	s.visitor().send(http.MethodGet, "/orders", nil, "Cookie", "session="+session.Value).leads(t, "/login?next=/orders")
}

func TestWrongPasswordAndUnknownNameAnswerAlike(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor()
	ask := func(name, password string) (string, time.Duration) {
		token := v.token("/login")
		began := time.Now()
		a := v.send(http.MethodPost, "/login", url.Values{"csrf": {token}, "name": {name}, "password": {password}})
		took := time.Since(began)
		a.check(t, http.StatusUnauthorized, "The name or the password is wrong.")
		if slices.ContainsFunc(a.Cookies(), func(c *http.Cookie) bool { return c.Name == "session" }) {
			t.Errorf("%s got a session", name)
		}
		return strings.ReplaceAll(a.body, name, "NAME"), took
	}
	var wrong, unknown []time.Duration
	for i := range 5 {
		wrongPage, wrongTime := ask("alice", "not the password")
		unknownPage, unknownTime := ask("nobody"+strconv.Itoa(i), password)
		if wrongPage != unknownPage {
			t.Fatalf("the pages differ:\n%s\n%s", wrongPage, unknownPage)
		}
		wrong, unknown = append(wrong, wrongTime), append(unknown, unknownTime)
	}
	slices.Sort(wrong)
	slices.Sort(unknown)
	// Without the decoy an unknown name would answer some twenty times faster.
	if unknown[2] < wrong[2]/3 {
		t.Errorf("an unknown name is answered in %v, a wrong password in %v", unknown[2], wrong[2])
	}
}

func TestNamesThatCannotBeAreWrongToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor()
	for _, name := range []string{"", "a\x00b", "\xff\xfe", "Alice", "alice' OR '1'='1", strings.Repeat("alice", 100)} {
		v.post("/login", "/login", "name", name, "password", password).check(t, http.StatusUnauthorized, "The name or the password is wrong.")
	}
}

func TestTooManyAttemptsAreHeldBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor()
	for range 10 {
		v.post("/login", "/login", "name", "alice", "password", "guess").check(t, http.StatusUnauthorized)
	}
	a := v.post("/login", "/login", "name", "alice", "password", password)
	a.check(t, http.StatusTooManyRequests, "too many attempts")
	if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 15 {
		t.Errorf("Retry-After: %q", a.Header.Get("Retry-After"))
	}
	s.visitor().post("/login", "/login", "name", "bob", "password", password).leads(t, "/")
	s.ahead.Add(16_000)
	v.post("/login", "/login", "name", "alice", "password", password).leads(t, "/")
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	session := alice.cookie("session")
	a := alice.post("/orders", "/logout")
	a.leads(t, "/?notice=signed-out")
	if cookie := find(t, a.Cookies(), "session"); cookie.MaxAge >= 0 {
		t.Errorf("the cookie is not deleted: %+v", cookie)
	}
	alice.get("/?notice=signed-out").check(t, http.StatusOK, "You are signed out.", "Sign in")
	s.visitor().send(http.MethodGet, "/orders", nil, "Cookie", "session="+session).leads(t, "/login?next=/orders")
}

func TestSigningInAgainEndsTheOldSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signIn("alice")
	old := v.cookie("session")
	login := s.visitor()
	token := login.token("/login")
	a := s.visitor().send(http.MethodPost, "/login", url.Values{"csrf": {token}, "name": {"bob"}, "password": {password}},
		"Cookie", "login="+login.cookie("login")+"; session="+old)
	if cookie := find(t, a.Cookies(), "session"); cookie.Value == old {
		t.Error("the session's token was kept")
	}
	s.visitor().send(http.MethodGet, "/orders", nil, "Cookie", "session="+old).leads(t, "/login?next=/orders")
}

func TestUnknownSessionIsForgotten(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, token := range []string{"unknown", strings.Repeat("x", 3000), "%00"} {
		a := s.visitor().send(http.MethodGet, "/", nil, "Cookie", "session="+token)
		a.check(t, http.StatusOK, "Sign in")
		if cookie := find(t, a.Cookies(), "session"); cookie.MaxAge >= 0 {
			t.Errorf("the cookie %q is not deleted", token)
		}
	}
}

func TestNoLinkLeadsThroughSignInToAnotherSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, next := range []string{"https://example.org/", "//example.org", `/\example.org`, "/markets/../login", "javascript:alert(1)", "/static/style.css"} {
		v := s.visitor()
		v.post("/login?next="+url.QueryEscape(next), "/login", "name", "bob", "password", password, "next", next).leads(t, "/")
		s.ahead.Add(60_000)
	}
}

func find(t *testing.T, cookies []*http.Cookie, name string) *http.Cookie {
	t.Helper()
	i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no cookie %s was set: %v", name, cookies)
	}
	return cookies[i]
}

// cookie returns the value of a cookie that the visitor holds.
func (v *visitor) cookie(name string) string {
	v.t.Helper()
	address, err := url.Parse(v.url)
	v.must(err)
	return find(v.t, v.client.Jar.Cookies(address), name).Value
}
