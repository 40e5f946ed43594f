package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// hostile is text that must reach the reader as text wherever it is shown.
const hostile = `"><script>alert(1)</script>`

func TestPagesAreSoundHTML(t *testing.T) {
	t.Parallel()
	session := &exchange.Session{CSRF: "the-form-token", Name: "alice"}
	account := &accountView{
		All:      "BTCUSDT",
		Balances: []balanceView{{"BTC", "1.00000000", "0.50000000"}},
		Open:     []orderView{{ID: 7, Symbol: "BTCUSDT", Pair: "BTC/USDT", Side: "Buy", SideClass: "buy", Type: "Limit", Status: exchange.StatusNew}},
		Closed:   []orderView{{ID: 6, Symbol: "BTCUSDT", Side: "Sell", SideClass: "sell", Status: exchange.StatusFilled}},
		Fills:    []fillView{{ID: 5, Side: "Sell", SideClass: "sell", Role: "Maker"}},
	}
	ticker := tickerView{Symbol: "BTCUSDT", Base: "BTC", Quote: "USDT", Path: "/markets/BTCUSDT", Last: "100.00", Trend: "up"}
	book := newBookView(btcusdt, exchange.Depth{Asks: []exchange.Level{level("101", "1")}, Bids: []exchange.Level{level("100", "1")}})
	form := readOrderForm(fill("price", hostile, "quantity", "", "kind", hostile, "side", hostile))
	form.order()
	for name, tc := range map[string]struct {
		page    page
		session *exchange.Session
	}{
		"markets":              {page{Template: "home", Path: "/", Content: homePage{[]tickerView{ticker}}}, nil},
		"no markets":           {page{Template: "home", Path: "/", Content: homePage{}}, session},
		"market for a guest":   {page{Template: "market", Path: "/markets/BTCUSDT", Content: marketPage{Ticker: ticker, Book: book}}, nil},
		"market, signed in":    {page{Template: "market", Path: "/markets/BTCUSDT", Content: marketPage{Ticker: ticker, Book: book, Account: account, Form: form}}, session},
		"empty market":         {page{Template: "market", Path: "/markets/BTCUSDT", Content: marketPage{Ticker: ticker, Account: &accountView{}, Form: newOrderForm(nil)}}, session},
		"orders":               {page{Template: "orders", Path: "/orders", Content: ordersPage{account}, Notice: notice{Text: hostile}}, session},
		"sign in":              {page{Template: "login", Content: loginPage{CSRF: "t", Name: hostile, Next: "/", Problem: wrongSignIn}}, nil},
		"invariants hold":      {page{Template: "invariants", Path: "/invariants", Content: invariantsPage{true, exchange.AuditReport{Seq: 9, Invariants: []exchange.Invariant{{Name: "a", Meaning: "b"}}}}}, nil},
		"invariants violated":  {page{Template: "invariants", Path: "/invariants", Content: invariantsPage{true, exchange.AuditReport{Invariants: []exchange.Invariant{{Name: "a", Violations: 1, Examples: []string{hostile}}}}}}, nil},
		"no audit yet":         {page{Template: "invariants", Path: "/invariants", Content: invariantsPage{}}, nil},
		"a message, signed in": {page{Template: "message", Title: "Gone", Content: messagePage{hostile}}, session},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := renderPage(t, tc.page, tc.session)
			checkHTML(t, body)
			if strings.Contains(body, "<script>alert") {
				t.Error("hostile text became markup")
			}
		})
	}
}

func TestRefusedFormKeepsValuesAndNamesTheField(t *testing.T) {
	t.Parallel()
	form := readOrderForm(fill("price", "1,5", "quantity", "0.25", "side", "SELL", "tif", "FOK"))
	form.order()
	body := renderPage(t, page{Template: "market", Path: "/markets/BTCUSDT", Content: marketPage{Account: &accountView{}, Form: form}},
		&exchange.Session{CSRF: "the-form-token"})
	for _, want := range []string{
		`name="price" inputmode="decimal" maxlength="64" value="1,5" aria-describedby="price-unit price-problem" aria-invalid="true"`,
		`<p class="problem" id="price-problem">Write the decimals after a point, and no commas: 1234.56.</p>`,
		`name="quantity" inputmode="decimal" maxlength="64" value="0.25" aria-describedby="quantity-unit"`,
		`value="SELL" checked`, `value="FOK" selected`, `name="csrf" value="the-form-token"`,
		`<p class="problem" role="alert">The order was not placed.</p>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

func TestPagesAreNotCached(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	newPages(t).render(w, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusTeapot, page{Template: "home", Content: homePage{}})
	if w.Code != http.StatusTeapot || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
}

func newPages(t *testing.T) *site {
	t.Helper()
	files, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parseTemplates(files)
	if err != nil {
		t.Fatal(err)
	}
	return &site{Options: Options{Now: func() time.Time { return noon }}, assets: files, templates: parsed, visits: newLimiter(visitRate, visitBurst)}
}

func renderPage(t *testing.T, p page, session *exchange.Session) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if session != nil {
		r = r.WithContext(context.WithValue(r.Context(), sessionKey{}, session))
	}
	w := httptest.NewRecorder()
	newPages(t).render(w, r, http.StatusOK, p)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// checkHTML checks what the Content-Security-Policy and readers with a screen reader
// or a keyboard need of every page.
func checkHTML(t *testing.T, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids, headings := map[string]bool{}, 0
	labels := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "label" {
			labels[attribute(n, "for")] = true
		}
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has the inline attribute %s", n.Data, a.Key)
			}
		}
		if id := attribute(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %q is used twice", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "h1":
			headings++
		case "style":
			t.Error("inline style sheet")
		case "script":
			if !strings.HasPrefix(attribute(n, "src"), "/static/") {
				t.Error("inline script")
			}
		case "form":
			if attribute(n, "method") == "post" && !hasField(n, "csrf") {
				t.Errorf("the form to %s has no token", attribute(n, "action"))
			}
		case "input", "select":
			if attribute(n, "type") != "hidden" && n.Parent.Data != "label" && !labels[attribute(n, "id")] {
				t.Errorf("the field %q has no label", attribute(n, "name"))
			}
		case "th":
			if attribute(n, "scope") == "" {
				t.Error("a table header has no scope")
			}
		}
	}
	if headings != 1 {
		t.Errorf("the page has %d main headings, want 1", headings)
	}
}

func attribute(n *html.Node, key string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

func hasField(form *html.Node, name string) bool {
	for n := range form.Descendants() {
		if n.Data == "input" && attribute(n, "name") == name && attribute(n, "value") != "" {
			return true
		}
	}
	return false
}
