package web

import (
	"net/http"
	"testing"
)

func TestCookiesOfASecureSite(t *testing.T) {
	t.Parallel()
	s := &site{Options: Options{SecureCookies: true}}
	const want = "__Host-session=token; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"
	if got := s.cookie(sessionCookie, "token", 3600).String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCookiesWithoutTLS(t *testing.T) {
	t.Parallel()
	s := &site{}
	const want = "session=token; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"
	if got := s.cookie(sessionCookie, "token", 3600).String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := s.cookie(sessionCookie, "", -1); got.MaxAge >= 0 || got.SameSite != http.SameSiteLaxMode {
		t.Errorf("deleting: %+v", got)
	}
}

func TestFormTokenMustBeTheWholeOne(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		got, want string
		same      bool
	}{
		"same":           {"abc", "abc", true},
		"other":          {"abd", "abc", false},
		"prefix":         {"ab", "abc", false},
		"missing":        {"", "abc", false},
		"none to expect": {"", "", false},
	} {
		if same := sameToken(tc.got, tc.want); same != tc.same {
			t.Errorf("%s: got %v", name, same)
		}
	}
}
