package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// Attempts to sign in: some at once for who mistypes, few in the long run for who
// guesses. Each attempt counts, right or wrong.
const (
	nameRate     = 15 * time.Second
	nameBurst    = 10
	addressRate  = 3 * time.Second
	addressBurst = 30
	// maxSignIns is how many attempts may wait for their password's hash at once.
	maxSignIns = 32
)

// loginFormAge is for how many seconds a sign-in form can be sent.
const loginFormAge = 12 * 60 * 60

// wrongSignIn does not tell which of the two was wrong.
const wrongSignIn = "The name or the password is wrong."

type signInLimits struct {
	names, addresses *limiter
	slots            chan struct{}
}

func newSignInLimits() signInLimits {
	return signInLimits{
		names: newLimiter(nameRate, nameBurst), addresses: newLimiter(addressRate, addressBurst),
		slots: make(chan struct{}, maxSignIns),
	}
}

// take uses up one attempt of the address and of the name.
func (l signInLimits) take(address, name string, now time.Time) (wait time.Duration) {
	if wait = l.addresses.take(address, now); wait > 0 {
		return wait
	}
	return l.names.take(name, now)
}

// loginPage is the content of the sign-in page.
type loginPage struct {
	CSRF, Name, Next, Problem string
}

func (s *site) loginForm(w http.ResponseWriter, r *http.Request) {
	next := s.localPath(r.URL.Query().Get("next"))
	if sessionOf(r) != nil {
		http.Redirect(w, r, next, http.StatusSeeOther) //nolint:gosec // localPath let only our own pages through
		return
	}
	s.showLogin(w, r, http.StatusOK, loginPage{Next: next})
}

func (s *site) showLogin(w http.ResponseWriter, r *http.Request, status int, content loginPage) {
	content.CSRF = s.loginToken(r)
	http.SetCookie(w, s.cookie(loginCookie, content.CSRF, loginFormAge))
	s.render(w, r, status, page{Template: "login", Title: "Sign in", Content: content})
}

// loginToken returns the token of the visitor's sign-in forms: the one that the
// browser holds, so that several open forms work, or a new one.
func (s *site) loginToken(r *http.Request) string {
	if cookie, err := r.Cookie(s.cookieName(loginCookie)); err == nil && len(cookie.Value) == len(credential.NewToken(32)) {
		return cookie.Value
	}
	return credential.NewToken(32)
}

func (s *site) login(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(s.cookieName(loginCookie))
	if err != nil || !sameToken(r.PostForm.Get("csrf"), cookie.Value) {
		s.refuseForm(w, r)
		return
	}
	form := loginPage{Name: clip(strings.TrimSpace(r.PostForm.Get("name")), maxFieldBytes), Next: s.localPath(r.PostForm.Get("next"))}
	if wait := s.signIns.take(s.address(r), form.Name, s.Now()); wait > 0 {
		retryAfter(w, wait)
		form.Problem = "There were too many attempts. Wait a little before you try again."
		s.showLogin(w, r, http.StatusTooManyRequests, form)
		return
	}
	account, ok, err := s.authenticate(r, form.Name, r.PostForm.Get("password"))
	switch {
	case err != nil:
		s.fail(w, r, "checking a password", err)
	case !ok:
		form.Problem = wrongSignIn
		s.showLogin(w, r, http.StatusUnauthorized, form)
	default:
		s.startSession(w, r, account, form.Next)
	}
}

// authenticate takes the same time for an unknown name as for a wrong password,
// because it checks the password against a hash in any case.
func (s *site) authenticate(r *http.Request, name, password string) (account exchange.Account, ok bool, err error) {
	select {
	case s.signIns.slots <- struct{}{}:
		defer func() { <-s.signIns.slots }()
	default:
		return account, false, exchange.ErrUnavailable
	}
	if exchange.ValidAccountName(name) {
		account, err = s.Accounts.AccountByName(r.Context(), name)
		if err != nil && exchange.CodeOf(err) != exchange.CodeNotFound {
			return account, false, err
		}
	}
	hash, known := s.decoy, err == nil && account.PasswordHash != ""
	if known {
		hash = account.PasswordHash
	}
	matches, err := credential.VerifyPassword(hash, password)
	return account, matches && known, err
}

func (s *site) startSession(w http.ResponseWriter, r *http.Request, account exchange.Account, next string) {
	session, err := s.Accounts.CreateSession(r.Context(), account.ID)
	if err != nil {
		s.fail(w, r, "starting a session", err)
		return
	}
	if old := sessionOf(r); old != nil {
		s.endSession(r, old)
	}
	http.SetCookie(w, s.cookie(sessionCookie, session.Token, s.sessionLifetime(session)))
	http.SetCookie(w, s.cookie(loginCookie, "", -1))
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (s *site) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.Accounts.DeleteSession(r.Context(), sessionOf(r).Token); err != nil {
		s.fail(w, r, "ending a session", err)
		return
	}
	http.SetCookie(w, s.cookie(sessionCookie, "", -1))
	http.Redirect(w, r, "/?"+url.Values{"notice": {"signed-out"}}.Encode(), http.StatusSeeOther)
}

// endSession forgets a session that another replaces. That it cannot be forgotten
// does not stop the visitor: it expires.
func (s *site) endSession(r *http.Request, session *exchange.Session) {
	if err := s.Accounts.DeleteSession(r.Context(), session.Token); err != nil {
		s.Log.WarnContext(r.Context(), "ending a replaced session", "error", err)
	}
}
