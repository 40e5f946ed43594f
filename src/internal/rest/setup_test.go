package rest_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
	"github.com/bitpin/exchange/src/internal/rest"
)

// The tests that use what is here need neither a database nor a writer: they stop
// where a request would be handed on. The others stand on a venue.

var now = time.UnixMilli(1_499_827_320_000)

var (
	btc  = exchange.Asset{ID: 1, Code: "BTC"}
	eth  = exchange.Asset{ID: 2, Code: "ETH"}
	usdt = exchange.Asset{ID: 3, Code: "USDT"}
	doge = exchange.Asset{ID: 4, Code: "DOGE"}
)

func market(id exchange.MarketID, base, quote exchange.Asset, tick, lot string) exchange.Market {
	return exchange.Market{
		ID: id, Symbol: base.Code + quote.Code, Base: base, Quote: quote,
		Tick: exchange.MustAmount(tick), Lot: exchange.MustAmount(lot),
		MinPrice: exchange.MustAmount(tick), MaxPrice: exchange.MustAmount("1000000"),
		MinQuantity: exchange.MustAmount(lot), MaxQuantity: exchange.MustAmount("9000"),
		MinNotional: exchange.MustAmount("5"),
	}
}

// catalog is a list of markets.
type catalog []exchange.Market

var markets = catalog{
	market(1, btc, usdt, "0.01", "0.00001"),
	market(2, eth, btc, "0.00001", "0.001"),
	market(3, eth, usdt, "0.01", "0.0001"),
}

func (c catalog) Assets() []exchange.Asset   { return []exchange.Asset{btc, doge, eth, usdt} }
func (c catalog) Markets() []exchange.Market { return c }

func (c catalog) Asset(code string) (exchange.Asset, bool) {
	for _, a := range c.Assets() {
		if a.Code == code {
			return a, true
		}
	}
	return exchange.Asset{}, false
}

func (c catalog) AssetByID(id exchange.AssetID) (exchange.Asset, bool) {
	for _, a := range c.Assets() {
		if a.ID == id {
			return a, true
		}
	}
	return exchange.Asset{}, false
}

func (c catalog) Market(symbol string) (exchange.Market, bool) {
	for _, m := range c {
		if m.Symbol == symbol {
			return m, true
		}
	}
	return exchange.Market{}, false
}

func (c catalog) MarketByID(id exchange.MarketID) (exchange.Market, bool) {
	for _, m := range c {
		if m.ID == id {
			return m, true
		}
	}
	return exchange.Market{}, false
}

// The ports behind which a database and a writer stand. Only the look-up of API keys
// is answered; any other call panics.
type (
	keys    map[string]exchange.APIKey
	noPorts struct {
		exchange.Books
		exchange.Trading
	}
	accounts struct {
		exchange.Accounts
		keys
	}
)

func (a accounts) APIKey(_ context.Context, key string) (exchange.APIKey, error) {
	k, known := a.keys[key]
	if !known {
		return k, &exchange.Error{Code: exchange.CodeUnauthorized, Message: "no such key"}
	}
	return k, nil
}

// The key of Binance's own examples.
const (
	exampleKey    = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
	exampleSecret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
)

func testAccounts() accounts {
	return accounts{keys: keys{
		exampleKey: {Key: exampleKey, Secret: exampleSecret, Account: 100, Scopes: exchange.ScopeRead | exchange.ScopeTrade},
		"reader":   {Key: "reader", Secret: "reads", Account: 101, Scopes: exchange.ScopeRead},
		"operator": {Key: "operator", Secret: "operates", Account: 102, Scopes: exchange.ScopeOperator},
	}}
}

func options() rest.Options {
	ports := noPorts{}
	return rest.Options{
		Trading: ports, Catalog: markets, Accounts: testAccounts(), Books: ports, View: marketdata.New(markets),
		Now: func() time.Time { return now }, MakerFee: 1000, TakerFee: 1000,
	}
}

func newAPI(t testing.TB, change func(*rest.Options)) http.Handler {
	t.Helper()
	o := options()
	if change != nil {
		change(&o)
	}
	handler, err := rest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func sign(secret, payload string) string {
	return hex.EncodeToString(credential.Sign([]byte(secret), []byte(payload)))
}

// request makes a request as a form, or without a body if it is empty.
func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func send(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// wantError checks an error of /api/v3.
func wantError(t *testing.T, w *httptest.ResponseRecorder, status, code int, message string) {
	t.Helper()
	var body struct {
		Code int
		Msg  string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("status %d, %q: %v", w.Code, w.Body, err)
	}
	if w.Code != status || body.Code != code || !strings.Contains(body.Msg, message) {
		t.Errorf("got %d %d %q, want %d %d %q", w.Code, body.Code, body.Msg, status, code, message)
	}
}
