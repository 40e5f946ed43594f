package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// changes are all forms that change something, filled in.
func changes(order string) map[string]url.Values {
	return map[string]url.Values{
		"/logout":            {},
		"/orders":            {"once": {"o"}, "symbol": {"BTCUSDT"}, "side": {"BUY"}, "kind": {"limit"}, "tif": {"GTC"}, "price": {"100"}, "quantity": {"1"}},
		"/orders/cancel":     {"symbol": {"BTCUSDT"}, "order": {order}},
		"/orders/cancel-all": {"symbol": {"ALL"}},
	}
}

func TestForgedFormsChangeNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice, bob := s.signIn("alice"), s.signIn("bob")
	alice.limit("BUY", "200", "1")
	before := s.openOrders(s.alice)
	id := orderID(before[0].ID)
	for name, forgery := range map[string]struct {
		token  string
		header []string
	}{
		"no token":                   {"", nil},
		"a wrong token":              {"wrong", nil},
		"another visitor's token":    {bob.token("/orders"), nil},
		"sent by another site":       {alice.token("/orders"), []string{"Sec-Fetch-Site", "cross-site"}},
		"sent by a sister host":      {alice.token("/orders"), []string{"Sec-Fetch-Site", "same-site"}},
		"from another origin":        {alice.token("/orders"), []string{"Origin", "https://example.org"}},
		"from an origin that hides":  {alice.token("/orders"), []string{"Origin", "null"}},
		"not as a form":              {alice.token("/orders"), []string{"Content-Type", "text/plain"}},
		"as JSON":                    {alice.token("/orders"), []string{"Content-Type", "application/json"}},
		"with the token in the path": {"", nil},
	} {
		for path, form := range changes(id) {
			form.Set("csrf", forgery.token)
			if name == "with the token in the path" {
				path += "?csrf=" + url.QueryEscape(alice.token("/orders"))
			}
			if a := alice.send(http.MethodPost, path, form, forgery.header...); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %s answers %s", name, path, a.Status)
			}
		}
	}
	if after := s.openOrders(s.alice); len(after) != 1 || after[0].ID != before[0].ID {
		t.Errorf("the open orders were %v and are %v", before, after)
	}
	alice.get("/orders").check(t, http.StatusOK, "alice")
}

func TestSignInCannotBeForged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"name": {"alice"}, "password": {password}}
	s.visitor().send(http.MethodPost, "/login", form).check(t, http.StatusForbidden)
	form.Set("csrf", s.visitor().token("/login"))
	s.visitor().send(http.MethodPost, "/login", form).check(t, http.StatusForbidden)
	s.visitor().send(http.MethodPost, "/login", form, "Cookie", "login=other").check(t, http.StatusForbidden)
	form.Set("csrf", "")
	s.visitor().send(http.MethodPost, "/login", form, "Cookie", "login=").check(t, http.StatusForbidden)
}

func TestGuestsAreAskedToSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, form := range changes("1") {
		s.visitor().send(http.MethodPost, path, form).leads(t, "/login?next=%2F")
		form.Set("next", "/markets/BTCUSDT")
		s.visitor().send(http.MethodPost, path, form).leads(t, "/login?next=%2Fmarkets%2FBTCUSDT")
	}
	s.visitor().get("/orders").leads(t, "/login?next=/orders")
}

func TestLargeFormsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	form := url.Values{"csrf": {alice.token("/orders")}, "padding": {strings.Repeat("x", 16<<10)}}
	alice.send(http.MethodPost, "/orders", form).check(t, http.StatusRequestEntityTooLarge)
	s.visitor().send(http.MethodPost, "/login", form).check(t, http.StatusRequestEntityTooLarge)
}

func TestFormThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/orders", strings.NewReader("csrf=%zz"))
	s.must(err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := alice.client.Do(request)
	s.must(err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", response.StatusCode)
	}
}
