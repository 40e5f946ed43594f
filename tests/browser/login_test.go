package browser_test

import (
	"testing"
)

func TestWrongPasswordAndUnknownNameAreToldTheSame(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	visitor := newPerson(t, s)
	visitor.expect("status of 401")
	visitor.visit("/login")
	for _, name := range []string{"alice", "nobody-of-this-name"} {
		visitor.fill("#name", name)
		visitor.fill("#password", "not the password")
		if status := visitor.press("main button"); status != 401 {
			t.Errorf("%s: status %d, want 401", name, status)
		}
		if got := visitor.read(".problem"); got != "The name or the password is wrong." {
			t.Errorf("%s: the page says %q", name, got)
		}
	}
	if cookies := visitor.cookies(); cookies["session"] != nil {
		t.Errorf("there is a session: %+v", cookies["session"])
	}
}

func TestSessionLastsUntilSignOut(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	alice := newPerson(t, s)
	alice.signIn(s, "alice", "/")
	session := alice.cookies()["session"]
	if session == nil || !session.HTTPOnly || session.SameSite != "Lax" || session.Path != "/" {
		t.Fatalf("the session's cookie is %+v", session)
	}
	if status := alice.press(".visitor button"); status != 200 {
		t.Fatalf("signing out: status %d", status)
	}
	if got := alice.read(".notice"); got != "You are signed out." {
		t.Errorf("the page says %q", got)
	}
	if left := alice.cookies()["session"]; left != nil {
		t.Errorf("the cookie is still there: %+v", left)
	}
	alice.setCookie("session", session.Value)
	alice.visit(market)
	if got := alice.read(".visitor"); got != "Sign in" {
		t.Errorf("the old cookie still works: the page says %q", got)
	}
}

func TestOrdersAskAGuestToSignIn(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	guest := newPerson(t, s)
	guest.visit("/orders")
	if got := guest.read("h1"); got != "Sign in" {
		t.Fatalf("the page is %q", got)
	}
	guest.fill("#name", "bob")
	guest.fill("#password", s.password(t, "bob"))
	guest.press("main button")
	if got := guest.read("h1"); got != "Orders and balances" {
		t.Errorf("after signing in the page is %q", got)
	}
}
