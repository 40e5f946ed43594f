package web_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/web"
	"github.com/bitpin/exchange/src/lab/venuetest"
)

const password = "correct horse battery"

// passwordHash is computed once: it is slow on purpose.
var passwordHash = sync.OnceValues(func() (string, error) { return credential.HashPassword(password) })

// site is the page over a real exchange, with the accounts alice and bob.
type site struct {
	*venuetest.Venue
	t          *testing.T
	url        string
	alice, bob exchange.AccountID
	log        *syncBuffer
	ahead      atomic.Int64 // milliseconds that the page's clock is ahead
}

// newSite starts an exchange with the markets BTCUSDT and ETHUSDT, where alice and bob
// own 10 BTC and 100000 USDT each.
func newSite(t *testing.T, change ...func(*web.Options)) *site {
	t.Helper()
	s := &site{t: t, log: &syncBuffer{}}
	s.Venue = venuetest.New(t, venuetest.Listing{
		Assets: []string{"BTC", "ETH", "USDT"}, Markets: []exchange.Market{market("BTC", "USDT"), market("ETH", "USDT")}, MaxOpenOrders: 100,
	})
	hash, err := passwordHash()
	s.must(err)
	s.alice, s.bob = s.Open("alice", hash, "BTC=10", "USDT=100000"), s.Open("bob", hash, "BTC=10", "USDT=100000")
	options := web.Options{
		Trading: s.Trading, Catalog: s.Catalog, Accounts: s.DB, Books: s.DB, View: s.View,
		Now: s.now, Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	for _, c := range change {
		c(&options)
	}
	handler, err := web.New(options)
	s.must(err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *site) now() time.Time {
	return time.Now().Add(time.Duration(s.ahead.Load()) * time.Millisecond)
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func market(base, quote string) exchange.Market {
	return exchange.Market{
		Symbol: base + quote, Base: exchange.Asset{Code: base}, Quote: exchange.Asset{Code: quote},
		Tick: exchange.MustAmount("0.01"), Lot: exchange.MustAmount("0.0001"),
		MinPrice: exchange.MustAmount("0.01"), MaxPrice: exchange.MustAmount("1000000"),
		MinQuantity: exchange.MustAmount("0.0001"), MaxQuantity: exchange.MustAmount("1000"), MinNotional: exchange.MustAmount("5"),
	}
}

// openOrders returns an account's open orders in all markets.
func (s *site) openOrders(account exchange.AccountID) []exchange.Order {
	s.t.Helper()
	orders, err := s.DB.OpenOrders(s.t.Context(), account, 0)
	s.must(err)
	return orders
}

// visitor is a browser without scripts: it keeps cookies and follows no redirect.
type visitor struct {
	*site
	client *http.Client
}

func (s *site) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	s.must(err)
	return &visitor{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

func (v *visitor) send(method, path string, form url.Values, header ...string) answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, strings.NewReader(form.Encode()))
	v.must(err)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := v.client.Do(request)
	v.must(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	v.must(err)
	return answer{response, string(body)}
}

func (v *visitor) get(path string) answer { v.t.Helper(); return v.send(http.MethodGet, path, nil) }

// post sends a form with the token of the page that shows it.
func (v *visitor) post(page, path string, fields ...string) answer {
	v.t.Helper()
	form := url.Values{"csrf": {v.token(page)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.send(http.MethodPost, path, form)
}

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// token returns the token of a page's forms.
func (v *visitor) token(page string) string {
	v.t.Helper()
	match := tokenField.FindStringSubmatch(v.get(page).body)
	if match == nil {
		v.t.Fatalf("%s has no form", page)
	}
	return match[1]
}

// signIn returns a signed-in visitor.
func (s *site) signIn(name string) *visitor {
	s.t.Helper()
	v := s.visitor()
	a := v.post("/login", "/login", "name", name, "password", password)
	if a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("signing in as %s: %s", name, a.Status)
	}
	return v
}

// limit sends the order form with a limit order.
func (v *visitor) limit(side, price, quantity string, fields ...string) answer {
	v.t.Helper()
	return v.post("/markets/BTCUSDT", "/orders", append([]string{
		"once", credential.NewToken(16), "symbol", "BTCUSDT", "side", side, "kind", "limit", "tif", "GTC", "price", price, "quantity", quantity,
	}, fields...)...)
}

func (a answer) check(t *testing.T, status int, parts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s %s: status %d, want %d", a.Request.Method, a.Request.URL.Path, a.StatusCode, status)
	}
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			t.Errorf("%s %s: the page does not say %q", a.Request.Method, a.Request.URL.Path, part)
		}
	}
}

func (a answer) leads(t *testing.T, location string) {
	t.Helper()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != location {
		t.Errorf("%s %s: %s to %q, want 303 to %q", a.Request.Method, a.Request.URL.Path, a.Status, a.Header.Get("Location"), location)
	}
}

// orderPage is where a placed order's form leads.
func orderPage(id exchange.OrderID) string { return fmt.Sprintf("/markets/BTCUSDT?order=%d", id) }

// syncBuffer is a buffer for several writers.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
