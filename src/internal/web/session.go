package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// maxFormBytes bounds the body of any form.
const maxFormBytes = 16 << 10

// sessionKey is where a request's context holds its *exchange.Session.
type sessionKey struct{}

// sessionOf returns the visitor's session, or nil if nobody is signed in.
func sessionOf(r *http.Request) *exchange.Session {
	session, _ := r.Context().Value(sessionKey{}).(*exchange.Session)
	return session
}

// identify looks up the session of the request's cookie. An unknown or expired one
// is as good as none.
func (s *site) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie(s.cookieName(sessionCookie))
		if err != nil {
			next.ServeHTTP(w, r)
			return
		}
		session, err := s.Accounts.Session(r.Context(), cookie.Value)
		switch {
		case exchange.CodeOf(err) == exchange.CodeUnauthorized:
			http.SetCookie(w, s.cookie(sessionCookie, "", -1))
		case err != nil:
			s.fail(w, r, "looking up the session", err)
			return
		default:
			session.Token = cookie.Value
			r = r.WithContext(context.WithValue(r.Context(), sessionKey{}, &session))
		}
		next.ServeHTTP(w, r)
	})
}

// The cookies, by purpose.
const (
	sessionCookie = "session"
	loginCookie   = "login" // the sign-in form's token, before there is a session
)

// cookieName adds the prefix with which browsers refuse a cookie that was set without
// TLS, for a path or by another host of the domain.
func (s *site) cookieName(purpose string) string {
	if s.SecureCookies {
		return "__Host-" + purpose
	}
	return purpose
}

// cookie makes a cookie that scripts cannot read and that other sites cannot send
// with their forms. maxAge is in seconds; below 0 deletes it.
func (s *site) cookie(purpose, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // without TLS there is no Secure
		Name: s.cookieName(purpose), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: s.SecureCookies, SameSite: http.SameSiteLaxMode,
	}
}

func (s *site) sessionLifetime(session exchange.Session) int {
	return int(time.UnixMilli(int64(session.ExpiresAt)).Sub(s.Now()).Seconds())
}

// sameSite refuses a form that another site made the browser send, and reads the
// form, which must be small.
func (s *site) sameSite(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil {
			s.refuse(w, r, http.StatusForbidden, "This form came from another site", "Nothing was done.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
		if err := r.ParseForm(); err != nil {
			var tooLarge *http.MaxBytesError
			if errors.As(err, &tooLarge) {
				s.refuse(w, r, http.StatusRequestEntityTooLarge, "The form is too large", "Nothing was done.")
				return
			}
			s.refuse(w, r, http.StatusBadRequest, "The form cannot be read", "Nothing was done. Go back, reload the page and try again.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// signedIn wants a session and its token in the form.
func (s *site) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session := sessionOf(r)
		if session == nil {
			http.Redirect(w, r, "/login?next="+url.QueryEscape(s.localPath(r.PostForm.Get("next"))), http.StatusSeeOther)
			return
		}
		if !sameToken(r.PostForm.Get("csrf"), session.CSRF) {
			s.refuseForm(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameToken compares in constant time; an empty token is never right.
func sameToken(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// refuseForm answers a form without the visitor's token.
func (s *site) refuseForm(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusForbidden, "This form is no longer valid", "Nothing was done. Go back, reload the page and try again.")
}

// localPath returns path if it is one of the pages, else "/", so that a link cannot
// lead through this site to another.
func (s *site) localPath(path string) string {
	switch path {
	case "/orders", "/invariants":
		return path
	}
	for _, m := range s.Catalog.Markets() {
		if path == marketPath(m) {
			return path
		}
	}
	return "/"
}

func marketPath(m exchange.Market) string { return "/markets/" + m.Symbol }
