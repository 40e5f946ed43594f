package rest_test

import (
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

// FuzzRequest sends any query and body through the parser, the order form and the
// check of the signature. Nothing may panic; what is read must be what net/url
// reads; and a request that its owner signs must be accepted, wherever the signature
// stands.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct{ query, body string }{
		{"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559", ""},
		{"timestamp=1499827319559", "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=100.5"},
		{"", "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=-1&price=1e9&newClientOrderId=%E2%98%83"},
		{"a=1&a=1&signature=00&signature=11", "%zz=%&&==&"},
		{"symbols=%5B%22BTCUSDT%22%5D&limit=99999999999999999999", ""},
		{"quantity=NaN&price=0.000000001&quoteOrderQty=1234567890123456789012345678901234567890", "stopPrice=1"},
		{"signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71&x=+", "signature"},
	} {
		f.Add(seed.query, seed.body, uint8(0))
	}
	accounts := testAccounts()
	f.Fuzz(func(t *testing.T, query, body string, at uint8) {
		p, err := rest.ParseParams(query, body)
		if err != nil {
			return
		}
		sameAsNetURL(t, p, query, body)
		_, _, _ = rest.Form(markets, body)
		_ = p.Check([]string{"symbol"}, true)

		if _, signed := p.Value("signature"); signed {
			return
		}
		if payload := p.Payload(); payload != query+body {
			t.Fatalf("payload %q of %q and %q", payload, query, body)
		}
		acceptedWhenSigned(t, accounts, query, body, int(at))
	})
}

// sameAsNetURL compares with the standard library, which also refuses semicolons.
func sameAsNetURL(t *testing.T, p *rest.Params, query, body string) {
	t.Helper()
	for i := range p.Len() {
		name := p.Name(i)
		got, _ := p.Value(name)
		inQuery, queryErr := url.ParseQuery(query)
		inBody, bodyErr := url.ParseQuery(body)
		if queryErr != nil || bodyErr != nil {
			return
		}
		if want := slices.Concat(inQuery[name], inBody[name]); len(want) != 1 || want[0] != got {
			t.Fatalf("%q is %q, but net/url reads %q", name, got, want)
		}
	}
}

// acceptedWhenSigned inserts a signature before one of the pairs, or at the end.
func acceptedWhenSigned(t *testing.T, a exchange.Accounts, query, body string, at int) {
	t.Helper()
	p, _ := rest.ParseParams(query, body)
	_, hasTime := p.Value("timestamp")
	_, hasWindow := p.Value("recvWindow")
	if hasTime || hasWindow || strings.Contains(query, "&&") || p.Len() > 29 {
		return
	}
	query = strings.TrimPrefix(query+"&timestamp="+strconv.FormatInt(now.UnixMilli(), 10), "&")
	pairs := strings.Split(query, "&")
	at %= len(pairs) + 1
	signature := "signature=" + sign(exampleSecret, query+body)
	signed := append(append(append([]string{}, pairs[:at]...), signature), pairs[at:]...)

	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	r.URL.RawQuery = strings.Join(signed, "&")
	r.Header.Set("X-MBX-APIKEY", exampleKey)
	if err := rest.Authenticate(a, r, body, exchange.Millis(now.UnixMilli())); err != nil {
		t.Fatalf("query %q, body %q: %v", r.URL.RawQuery, body, err)
	}
	r.URL.RawQuery = strings.Replace(r.URL.RawQuery, signature, "signature="+hex.EncodeToString(make([]byte, 32)), 1)
	if rest.Authenticate(a, r, body, exchange.Millis(now.UnixMilli())) == nil {
		t.Fatal("a wrong signature was accepted")
	}
}
