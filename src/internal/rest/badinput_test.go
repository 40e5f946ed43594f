package rest_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

// Whatever is wrong with a request, the answer says what, in Binance's shape under
// /api/v3, and no table has changed.

// refusal is how a request is refused under /api/v3.
type refusal struct {
	status, code int
	message      string // a part of it
}

// unchanged runs a request that is refused and looks at the tables before and after.
func (v *venue) unchanged(t *testing.T, ask func() reply) reply {
	t.Helper()
	before := v.ledger()
	answer := ask()
	if after := v.ledger(); !maps.Equal(before, after) {
		for table := range after {
			if before[table] != after[table] {
				t.Errorf("the answer is %d %s, and %s has changed", answer.Code, answer.Body, table)
			}
		}
	}
	return answer
}

func TestBadOrdersAreRefusedAndChangeNothing(t *testing.T) { //nolint:tparallel // the tables are looked at before and after each
	t.Parallel()
	v := newVenue(t)
	alice, bob := v.trader("alice"), v.trader("bob")
	first := bob.limit("SELL", "1", "20000").order()
	alice.limit("BUY", "0.5", "20000", "newClientOrderId", "filled").order()
	alice.limit("BUY", "1", "10000", "newClientOrderId", "mine").order()
	limit := func(quantity, price string, more ...string) func() reply {
		return func() reply { t.Helper(); return alice.limit("BUY", quantity, price, more...) }
	}
	market := func(fields ...string) func() reply {
		return func() reply {
			return alice.form("/api/v3/order", append([]string{"symbol", "BTCUSDT", "side", "SELL", "type", "MARKET"}, fields...)...)
		}
	}
	digits := strings.Repeat("1234567890", 4)
	for name, test := range map[string]struct {
		ask  func() reply
		want refusal
	}{
		"an unknown symbol":             {func() reply { return alice.form("/api/v3/order", "symbol", "BTCEUR", "side", "BUY") }, refusal{400, -1121, "Invalid symbol."}},
		"a symbol in small letters":     {func() reply { return alice.form("/api/v3/order", "symbol", "btcusdt", "side", "BUY") }, refusal{400, -1121, "Invalid symbol."}},
		"a negative quantity":           {limit("-1", "10000"), refusal{400, -1013, "Invalid quantity."}},
		"a quantity of 0":               {limit("0", "10000"), refusal{400, -1013, "Invalid quantity."}},
		"a quantity of -0":              {limit("-0.00", "10000"), refusal{400, -1013, "Invalid quantity."}},
		"a quantity that is no number":  {limit("NaN", "10000"), refusal{400, -1102, "'quantity'"}},
		"an infinite quantity":          {limit("Infinity", "10000"), refusal{400, -1102, "'quantity'"}},
		"a quantity with an exponent":   {limit("1e1", "10000"), refusal{400, -1102, "'quantity'"}},
		"a quantity of 40 digits":       {limit(digits, "10000"), refusal{400, -1013, "Invalid quantity."}},
		"a quantity of 40 decimals":     {limit("0."+digits, "10000"), refusal{400, -1111, "too much precision"}},
		"a quantity off the step":       {limit("0.000015", "10000"), refusal{400, -1013, "Filter failure: LOT_SIZE"}},
		"a quantity above the largest":  {limit("9000.00001", "10000"), refusal{400, -1013, "Filter failure: LOT_SIZE"}},
		"a negative price":              {limit("1", "-10000"), refusal{400, -1013, "Invalid price."}},
		"a price of 0":                  {limit("1", "0"), refusal{400, -1013, "Invalid price."}},
		"a price of 40 digits":          {limit("1", digits), refusal{400, -1013, "Invalid price."}},
		"a price off the tick":          {limit("1", "10000.001"), refusal{400, -1013, "Filter failure: PRICE_FILTER"}},
		"a price above the highest":     {limit("1", "1000000.01"), refusal{400, -1013, "Filter failure: PRICE_FILTER"}},
		"less than the least notional":  {limit("0.0001", "10000"), refusal{400, -1013, "Filter failure: NOTIONAL"}},
		"more than the balance":         {limit("100", "10000"), refusal{400, -2010, "Account has insufficient balance for requested action."}},
		"more than the asset's balance": {func() reply { return alice.limit("SELL", "11", "90000") }, refusal{400, -2010, "Account has insufficient balance for requested action."}},
		"an asset that one has not": {func() reply {
			return alice.form("/api/v3/order", "symbol", "ETHUSDT", "side", "SELL", "type", "MARKET", "quantity", "1")
		}, refusal{400, -2010, "Account has insufficient balance for requested action."}},
		"an open order's client id":      {limit("1", "10000", "newClientOrderId", "mine"), refusal{400, -2010, "Duplicate order sent."}},
		"a maker that would take":        {func() reply { return maker(alice, "20000") }, refusal{400, -2010, "Order would immediately match and take."}},
		"a market order of NaN":          {market("quantity", "NaN"), refusal{400, -1102, "'quantity'"}},
		"a market order off the step":    {market("quantity", "0.000001"), refusal{400, -1013, "Filter failure: LOT_SIZE"}},
		"a market order below the least": {market("quoteOrderQty", "1"), refusal{400, -1013, "Filter failure: NOTIONAL"}},
		"a market order without a size":  {market(), refusal{400, -1102, "'quantity' or 'quoteOrderQty'"}},
		"an unknown parameter":           {limit("1", "10000", "leverage", "20"), refusal{400, -1104, "Unknown parameter 'leverage'"}},
		"a parameter twice":              {limit("1", "10000", "price", "10001"), refusal{400, -1101, "Duplicate values"}},
		"an unknown side":                {func() reply { return alice.limit("HOLD", "1", "10000") }, refusal{400, -1117, "Invalid side."}},
		"no price":                       {func() reply { return alice.limit("BUY", "1", "") }, refusal{400, -1102, "'price'"}},
		"an order of ours to show": {func() reply { return alice.query("GET", "/api/v3/order", "symbol", "BTCUSDT", "orderId", "999999") },
			refusal{400, -2013, "Order does not exist."}},
		"somebody else's order to show": {func() reply { return alice.query("GET", "/api/v3/order", "symbol", "BTCUSDT", "orderId", id(first)) },
			refusal{400, -2013, "Order does not exist."}},
		"an unknown order to cancel": {func() reply { return alice.query("DELETE", "/api/v3/order", "symbol", "BTCUSDT", "orderId", "999999") },
			refusal{400, -2011, "Unknown order sent."}},
		"somebody else's order to cancel": {func() reply { return alice.query("DELETE", "/api/v3/order", "symbol", "BTCUSDT", "orderId", id(first)) },
			refusal{400, -2011, "Unknown order sent."}},
		"a filled order to cancel": {func() reply {
			return alice.query("DELETE", "/api/v3/order", "symbol", "BTCUSDT", "origClientOrderId", "filled")
		}, refusal{400, -2011, "Unknown order sent."}},
		"an order of another market to cancel": {func() reply {
			return alice.query("DELETE", "/api/v3/order", "symbol", "ETHUSDT", "origClientOrderId", "mine")
		}, refusal{400, -2011, "Unknown order sent."}},
		"no order to cancel": {func() reply { return alice.query("DELETE", "/api/v3/order", "symbol", "BTCUSDT") },
			refusal{400, -1102, "'origClientOrderId' or 'orderId'"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := v.unchanged(t, test.ask)
			wantError(t, answer.ResponseRecorder, test.want.status, test.want.code, test.want.message)
		})
	}
	// Nor has the writer's memory: the next order has the next number.
	last := alice.limit("BUY", "1", "10000").order()
	if next := alice.limit("BUY", "1", "10000").order(); next.OrderID != last.OrderID+1 {
		t.Errorf("order %d follows order %d", next.OrderID, last.OrderID)
	}
}

func id(o orderJSON) string { return strconv.FormatInt(o.OrderID, 10) }

func maker(c *client, price string) reply {
	return c.form("/api/v3/order", "symbol", "BTCUSDT", "side", "BUY", "type", "LIMIT_MAKER", "quantity", "1", "price", price)
}

func TestRequestsThatAreNotTheOwnersChangeNothing(t *testing.T) { //nolint:tparallel // the tables are looked at before and after each
	t.Parallel()
	v := newVenue(t)
	alice := v.trader("alice")
	reader := v.keyOf(alice.account, exchange.ScopeRead)
	order := func(c *client) *http.Request {
		return request("POST", "/api/v3/order", c.signed("symbol", "BTCUSDT", "side", "BUY", "type", "LIMIT", "timeInForce", "GTC", "quantity", "1", "price", "100"))
	}
	forger := &client{v, alice.account, alice.key, "guessed"}
	for name, test := range map[string]struct {
		ask  func() reply
		want refusal
	}{
		"a wrong signature": {func() reply { return forger.limit("BUY", "1", "100") }, refusal{400, -1022, "Signature for this request is not valid."}},
		"a body that was changed": {func() reply {
			r := order(alice)
			r.Body = readCloser([]byte(strings.Replace(alice.signed("quantity", "1"), "quantity=1", "quantity=2", 1)))
			return alice.send(r)
		}, refusal{400, -1022, "Signature for this request is not valid."}},
		"no key":           {func() reply { return v.do(order(alice)) }, refusal{401, -2015, "Invalid API-key, IP, or permissions for action."}},
		"an unknown key":   {func() reply { return (&client{v, 0, "unknown", alice.secret}).limit("BUY", "1", "100") }, refusal{401, -2015, "Invalid API-key"}},
		"a key that reads": {func() reply { return reader.limit("BUY", "1", "100") }, refusal{401, -2015, "permissions for action"}},
		"a cancelling reader": {func() reply { return reader.query("DELETE", "/api/v3/openOrders", "symbol", "BTCUSDT") },
			refusal{401, -2015, "permissions for action"}},
		"a stale timestamp": {func() reply { return late(alice, -6*time.Second) }, refusal{400, -1021, "outside of the recvWindow"}},
		"a timestamp ahead": {func() reply { return late(alice, 2*time.Second) }, refusal{400, -1021, "ahead of the server's time"}},
		"no timestamp": {func() reply {
			return alice.send(request("POST", "/api/v3/order", "symbol=BTCUSDT&signature="+sign(alice.secret, "symbol=BTCUSDT")))
		}, refusal{400, -1102, "'timestamp'"}},
		"no signature": {func() reply {
			return alice.send(request("POST", "/api/v3/order", "symbol=BTCUSDT&timestamp="+strconv.FormatInt(v.now().UnixMilli(), 10)))
		}, refusal{400, -1102, "'signature'"}},
		"JSON where a form is read": {func() reply {
			r := order(alice)
			r.Header.Set("Content-Type", "application/json")
			return alice.send(r)
		}, refusal{415, -1020, "application/x-www-form-urlencoded"}},
		"a form without a type": {func() reply {
			r := order(alice)
			r.Header.Del("Content-Type")
			return alice.send(r)
		}, refusal{415, -1020, "application/x-www-form-urlencoded"}},
		"a body over the limit": {func() reply { return alice.limit("BUY", "1", "100", "padding", strings.Repeat("x", 64<<10)) },
			refusal{413, -1101, "The body is longer than 65536 bytes."}},
		"a body over the limit, of unknown length": {func() reply {
			r := request("POST", "/api/v3/order", strings.Repeat("x", 65<<10))
			r.ContentLength = -1
			return alice.send(r)
		}, refusal{413, -1101, "The body is longer than 65536 bytes."}},
		"a query over the limit": {func() reply { return v.get("/api/v3/ping?" + strings.Repeat("x", 9<<10)) }, refusal{413, -1101, "The query is longer than 8192 bytes."}},
		"an unknown path":        {func() reply { return v.get("/api/v3/aggTrades?symbol=BTCUSDT") }, refusal{404, -1020, "This operation is not supported."}},
		"another method":         {func() reply { return v.do(request("PUT", "/api/v3/order", "")) }, refusal{405, -1020, "by this method"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := v.unchanged(t, test.ask)
			wantError(t, answer.ResponseRecorder, test.want.status, test.want.code, test.want.message)
		})
	}
}

// late sends an order whose time is off by as much.
func late(c *client, by time.Duration) reply {
	return c.send(request("POST", "/api/v3/order", c.signedAt(c.now().Add(by),
		"symbol", "BTCUSDT", "side", "BUY", "type", "LIMIT", "timeInForce", "GTC", "quantity", "1", "price", "100")))
}

func TestBadRequestsOfOurOwnAPIAreRefusedAndChangeNothing(t *testing.T) { //nolint:tparallel // the tables are looked at before and after each
	t.Parallel()
	v := newVenue(t)
	alice, operator := v.trader("alice"), v.open("operator", exchange.ScopeOperator)
	reader := v.keyOf(alice.account, exchange.ScopeRead)
	account := strconv.FormatInt(int64(alice.account), 10)
	deposit := func(fields string) func() reply {
		return func() reply { return operator.json("/api/v1/deposits", `{"account":`+account+`,`+fields+`}`, "") }
	}
	withdraw := func(fields string) func() reply {
		return func() reply { return alice.json("/api/v1/withdrawals", `{"reference":"there",`+fields+`}`, "") }
	}
	type want struct {
		status int
		code   exchange.Code
		field  string
	}
	for name, test := range map[string]struct {
		ask  func() reply
		want want
	}{
		"an unknown field":           {deposit(`"asset":"BTC","amount":"1","note":"x"`), want{400, exchange.CodeInvalidParameter, "note"}},
		"a field in other letters":   {deposit(`"Asset":"BTC","amount":"1"`), want{400, exchange.CodeInvalidParameter, "Asset"}},
		"a field twice":              {deposit(`"asset":"BTC","amount":"1","amount":"2"`), want{400, exchange.CodeInvalidParameter, ""}},
		"an amount as a number":      {deposit(`"asset":"BTC","amount":1`), want{400, exchange.CodeInvalidParameter, "amount"}},
		"an amount of NaN":           {deposit(`"asset":"BTC","amount":"NaN"`), want{400, exchange.CodeInvalidParameter, "amount"}},
		"a negative amount":          {deposit(`"asset":"BTC","amount":"-1"`), want{400, exchange.CodeInvalidParameter, "amount"}},
		"an amount of 0":             {deposit(`"asset":"BTC","amount":"0"`), want{400, exchange.CodeInvalidParameter, "amount"}},
		"an amount of nine decimals": {deposit(`"asset":"BTC","amount":"0.000000001"`), want{400, exchange.CodePrecision, "amount"}},
		"an amount of 40 digits":     {deposit(`"asset":"BTC","amount":"` + strings.Repeat("9", 40) + `"`), want{422, exchange.CodeOverflow, "amount"}},
		"an unknown asset":           {deposit(`"asset":"XXX","amount":"1"`), want{400, exchange.CodeInvalidAsset, "asset"}},
		"no asset":                   {deposit(`"amount":"1"`), want{400, exchange.CodeMissingParameter, "asset"}},
		"control characters":         {deposit(`"asset":"BTC","amount":"1","reference":"a\u0000b"`), want{400, exchange.CodeInvalidParameter, "reference"}},
		"a long reference":           {deposit(`"asset":"BTC","amount":"1","reference":"` + strings.Repeat("x", 129) + `"`), want{400, exchange.CodeInvalidParameter, "reference"}},
		"an unknown account": {func() reply {
			return operator.json("/api/v1/deposits", `{"account":999,"asset":"BTC","amount":"1"}`, "")
		},
			want{404, exchange.CodeNotFound, "account"}},
		"half a body":          {func() reply { return operator.json("/api/v1/deposits", `{"account":`, "") }, want{400, exchange.CodeInvalidParameter, ""}},
		"two bodies":           {func() reply { return operator.json("/api/v1/deposits", `{} {}`, "") }, want{400, exchange.CodeInvalidParameter, ""}},
		"a list":               {func() reply { return operator.json("/api/v1/deposits", `[]`, "") }, want{400, exchange.CodeInvalidParameter, ""}},
		"not an operator's":    {func() reply { return alice.json("/api/v1/deposits", `{}`, "") }, want{403, exchange.CodeForbidden, ""}},
		"a withdrawing reader": {func() reply { return reader.json("/api/v1/withdrawals", `{}`, "") }, want{403, exchange.CodeForbidden, ""}},
		"a form": {func() reply {
			r := operator.jsonRequest("/api/v1/deposits", "asset=BTC", "k")
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return v.do(r)
		}, want{415, exchange.CodeUnsupportedMedia, "Content-Type"}},
		"a body over the limit": {func() reply { return operator.json("/api/v1/deposits", strings.Repeat(" ", 65<<10), "") }, want{413, exchange.CodeTooLarge, ""}},
		"no idempotency key": {func() reply {
			r := alice.jsonRequest("/api/v1/withdrawals", `{"asset":"BTC","amount":"1","reference":"there"}`, "")
			r.Header.Del("Idempotency-Key")
			return v.do(r)
		}, want{400, exchange.CodeMissingParameter, "Idempotency-Key"}},
		"an idempotency key of 256": {func() reply {
			return alice.json("/api/v1/withdrawals", `{"asset":"BTC","amount":"1","reference":"there"}`, strings.Repeat("k", 256))
		}, want{400, exchange.CodeInvalidParameter, "Idempotency-Key"}},
		"more than the balance": {withdraw(`"asset":"BTC","amount":"10.00000001"`), want{422, exchange.CodeInsufficientBalance, ""}},
		"an asset one has not":  {withdraw(`"asset":"ETH","amount":"1"`), want{422, exchange.CodeInsufficientBalance, ""}},
		"no destination":        {func() reply { return alice.json("/api/v1/withdrawals", `{"asset":"BTC","amount":"1"}`, "") }, want{400, exchange.CodeMissingParameter, "reference"}},
		"somebody else's money": {func() reply {
			return alice.query("GET", "/api/v1/balances", "account", strconv.FormatInt(int64(operator.account), 10))
		}, want{403, exchange.CodeForbidden, ""}},
		"an unknown withdrawal": {func() reply { return operator.json("/api/v1/withdrawals/999/settle", "", "") }, want{404, exchange.CodeNotFound, "id"}},
		"a bad account name":    {func() reply { return operator.json("/api/v1/accounts", `{"name":"Robert'); --"}`, "") }, want{400, exchange.CodeInvalidParameter, "name"}},
		"a taken account name":  {func() reply { return operator.json("/api/v1/accounts", `{"name":"alice"}`, "") }, want{409, exchange.CodeConflict, "name"}},
		"an unknown scope": {func() reply { return operator.json("/api/v1/accounts/"+account+"/api-keys", `{"scopes":["all"]}`, "") },
			want{400, exchange.CodeInvalidParameter, "scopes"}},
		"an unknown path": {func() reply { return v.get("/api/v1/loans") }, want{404, exchange.CodeNotFound, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := v.unchanged(t, test.ask)
			answer.t = t
			answer.problem(test.want.status, test.want.code, test.want.field)
		})
	}
}

func TestTenThousandRequestsBeyondTheLimitChangeNothing(t *testing.T) {
	t.Parallel()
	const limit, beyond = 50, 10_000
	v := newVenue(t, func(o *rest.Options) { o.WeightLimit, o.OrderLimit = limit, limit })
	alice := v.trader("alice")
	clock := time.Now().Add(time.Minute) // nothing was asked in that minute
	v.freeze(clock)
	statuses := map[int]int{}
	var before map[string]string
	for i := range limit + beyond {
		r := request("POST", "/api/v3/order", alice.signed("symbol", "BTCUSDT", "side", "BUY", "type", "MARKET", "quoteOrderQty", "10", "newClientOrderId", strconv.Itoa(i)))
		r.Header.Set("X-Mbx-Apikey", alice.key)
		w := send(v.routes.(http.Handler), r) // not held against the document 10,000 times
		statuses[w.Code]++
		if w.Code != http.StatusOK && w.Header().Get("Retry-After") == "" {
			t.Fatalf("request %d: %d without Retry-After", i, w.Code)
		}
		if i == limit-1 {
			before = v.ledger()
		}
	}
	if got := slices.Sorted(maps.Keys(statuses)); !slices.Equal(got, []int{200, http.StatusTeapot, http.StatusTooManyRequests}) || statuses[200] != limit {
		t.Errorf("answers by status: %v", statuses)
	}
	if !maps.Equal(before, v.ledger()) {
		t.Error("a refused request has changed a table")
	}
	v.freeze(clock.Add(2 * time.Minute)) // the ban's length
	alice.limit("BUY", "1", "100").order()
}

func TestTooManyOrdersOfAnAccountAreRefused(t *testing.T) {
	t.Parallel()
	v := newVenue(t, func(o *rest.Options) { o.OrderLimit = 3 })
	alice := v.trader("alice")
	v.freeze(time.Now())
	for i := range 3 {
		answer := alice.limit("BUY", "1", "100")
		answer.order()
		if count := answer.Header().Get("X-Mbx-Order-Count-10s"); count != strconv.Itoa(i+1) {
			t.Errorf("order %d: count %q", i, count)
		}
	}
	answer := v.unchanged(t, func() reply { return alice.limit("BUY", "1", "100") })
	wantError(t, answer.ResponseRecorder, http.StatusTooManyRequests, -1015, "current limit is 3 orders per 10 SECOND")
	if answer.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	v.trader("bob").limit("BUY", "1", "100").order()
}
