package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
	"github.com/bitpin/exchange/src/lab/venuetest"
)

// venue is the API over a real exchange: a writer and a PostgreSQL database. Every
// answer is held against the OpenAPI document.
type venue struct {
	t      testing.TB
	routes chi.Routes
	spec   *openapi3.T
	*venuetest.Venue
	sql    *pgx.Conn    // looks at the tables behind the API's back
	frozen atomic.Int64 // milliseconds at which the API's clock stands; 0: it goes
}

// newVenue starts an exchange with the markets BTCUSDT, ETHBTC and ETHUSDT.
func newVenue(t testing.TB, change ...func(*rest.Options)) *venue {
	t.Helper()
	v := &venue{t: t}
	v.Venue = venuetest.New(t, venuetest.Listing{Assets: []string{"BTC", "DOGE", "ETH", "USDT"}, Markets: markets, MaxOpenOrders: 10})
	var err error
	v.sql, err = pgx.Connect(t.Context(), v.DatabaseURL)
	v.must(err)
	t.Cleanup(func() { _ = v.sql.Close(context.WithoutCancel(t.Context())) })
	o := rest.Options{
		Trading: v.Trading, Catalog: v.Catalog, Accounts: v.DB, Books: v.DB, View: v.View,
		Now: v.now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), MakerFee: 1000, TakerFee: 1000,
		WeightLimit: 1_000_000, OrderLimit: 100_000,
	}
	for _, c := range change {
		c(&o)
	}
	v.routes, err = rest.Routes(o)
	v.must(err)
	v.spec = describe(t, v.routes.(http.Handler))
	return v
}

func (v *venue) now() time.Time {
	if at := v.frozen.Load(); at != 0 {
		return time.UnixMilli(at)
	}
	return time.Now()
}

func (v *venue) freeze(at time.Time) { v.frozen.Store(at.UnixMilli()) }

func (v *venue) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// client is somebody with an API key.
type client struct {
	*venue
	account     exchange.AccountID
	key, secret string
}

// open opens an account with a key and deposits such as "BTC=1".
func (v *venue) open(name string, scopes exchange.Scope, deposits ...string) *client {
	v.t.Helper()
	return v.keyOf(v.Open(name, "", deposits...), scopes)
}

// keyOf makes one more key of an account.
func (v *venue) keyOf(account exchange.AccountID, scopes exchange.Scope) *client {
	v.t.Helper()
	key, err := v.DB.CreateAPIKey(v.t.Context(), exchange.APIKey{Account: account, Scopes: scopes, Label: "test"})
	v.must(err)
	return &client{v, account, key.Key, key.Secret}
}

const everything = exchange.ScopeRead | exchange.ScopeTrade | exchange.ScopeWithdraw

// trader opens an account that may do all with its 10 BTC and 100000 USDT.
func (v *venue) trader(name string) *client {
	v.t.Helper()
	return v.open(name, everything, "BTC=10", "USDT=100000")
}

// reply is what the API answered.
type reply struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// do sends a request and holds the answer against the document.
func (v *venue) do(r *http.Request) reply {
	v.t.Helper()
	var body []byte
	if r.Body != nil && r.Body != http.NoBody {
		var b bytes.Buffer
		_, err := b.ReadFrom(r.Body)
		v.must(err)
		body = b.Bytes()
		r.Body = readCloser(body)
	}
	w := send(v.routes.(http.Handler), r)
	v.compare(r, body, w)
	return reply{w, v.t}
}

// get asks for something public.
func (v *venue) get(target string) reply {
	v.t.Helper()
	return v.do(request(http.MethodGet, target, ""))
}

// signed returns the fields, as a form, with time and signature. Fields are names
// and values in turn.
func (c *client) signed(fields ...string) string { return c.signedAt(c.now(), fields...) }

func (c *client) signedAt(at time.Time, fields ...string) string {
	var form strings.Builder
	for i := 0; i < len(fields); i += 2 {
		form.WriteString(url.QueryEscape(fields[i]) + "=" + url.QueryEscape(fields[i+1]) + "&")
	}
	form.WriteString("timestamp=" + strconv.FormatInt(at.UnixMilli(), 10))
	return form.String() + "&signature=" + sign(c.secret, form.String())
}

func (c *client) send(r *http.Request) reply {
	c.t.Helper()
	r.Header.Set("X-Mbx-Apikey", c.key)
	return c.do(r)
}

// query sends a signed request without a body.
func (c *client) query(method, path string, fields ...string) reply {
	c.t.Helper()
	return c.send(request(method, path+"?"+c.signed(fields...), ""))
}

// form posts a signed form.
func (c *client) form(path string, fields ...string) reply {
	c.t.Helper()
	return c.send(request(http.MethodPost, path, c.signed(fields...)))
}

// json posts JSON under an idempotency key, a fresh one if it is empty.
func (c *client) json(path, body, key string) reply {
	c.t.Helper()
	if key == "" {
		key = credential.NewToken(16)
	}
	return c.send(c.jsonRequest(path, body, key))
}

func (c *client) jsonRequest(path, body, key string) *http.Request {
	query := "timestamp=" + strconv.FormatInt(c.now().UnixMilli(), 10)
	r := request(http.MethodPost, path+"?"+query+"&signature="+sign(c.secret, query+body), body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("X-Mbx-Apikey", c.key)
	return r
}

// limit places a limit order, with more fields if they are given.
func (c *client) limit(side, quantity, price string, more ...string) reply {
	c.t.Helper()
	return c.form("/api/v3/order", append([]string{
		"symbol", "BTCUSDT", "side", side, "type", "LIMIT", "timeInForce", "GTC", "quantity", quantity, "price", price,
	}, more...)...)
}

// into checks the status and reads the answer.
func (r reply) into(status int, to any) {
	r.t.Helper()
	if r.Code != status {
		r.t.Fatalf("status %d %s, want %d", r.Code, r.Body, status)
	}
	if to == nil {
		return
	}
	if err := json.Unmarshal(r.Body.Bytes(), to); err != nil {
		r.t.Fatalf("%s: %v", r.Body, err)
	}
}

// problem checks an error of /api/v1.
func (r reply) problem(status int, code exchange.Code, field string) {
	r.t.Helper()
	var p struct {
		Status        int
		Code          exchange.Code
		Detail, Field string
	}
	if r.Header().Get("Content-Type") != "application/problem+json" {
		r.t.Fatalf("status %d, %s %s", r.Code, r.Header().Get("Content-Type"), r.Body)
	}
	if err := json.Unmarshal(r.Body.Bytes(), &p); err != nil {
		r.t.Fatal(err)
	}
	if r.Code != status || p.Status != status || p.Code != code || p.Field != field {
		r.t.Errorf("got %d %s, want %d, code %s and field %q", r.Code, r.Body, status, code, field)
	}
}

// orderJSON is what these tests read of an order.
type orderJSON struct {
	Symbol              string
	OrderID             int64
	ClientOrderID       string
	OrigClientOrderID   string
	Price               string
	OrigQty             string
	ExecutedQty         string
	CummulativeQuoteQty string
	Status              string
	Type                string
	Side                string
	TimeInForce         string
	Fills               []struct{ Price, Qty, Commission, CommissionAsset string }
}

func (r reply) order() (o orderJSON) {
	r.t.Helper()
	r.into(http.StatusOK, &o)
	return o
}

// ledgerTables are all that a request might change, but for the idempotency keys,
// which remember refusals too.
var ledgerTables = []string{
	"accounts", "api_keys", "balances", "batches", "candles", "commands", "deposits", "ledger_entries", "orders", "trades", "withdrawals",
}

// ledger returns a fingerprint of each table.
func (v *venue) ledger() map[string]string {
	v.t.Helper()
	state := map[string]string{}
	for _, table := range ledgerTables {
		var fingerprint string
		v.must(v.sql.QueryRow(context.WithoutCancel(v.t.Context()),
			"SELECT count(*) || ' ' || coalesce(md5(string_agg(row::text, ';' ORDER BY row::text)), '') FROM "+table+" AS row").Scan(&fingerprint))
		state[table] = fingerprint
	}
	return state
}
