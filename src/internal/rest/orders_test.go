package rest_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestALimitOrderRestsUntilItIsMet(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob := v.trader("alice"), v.trader("bob")
	resting := alice.limit("BUY", "1", "20000", "newClientOrderId", "first").order()
	if resting.Status != "NEW" || resting.ClientOrderID != "first" || resting.Price != "20000.00000000" || resting.OrigQty != "1.00000000" || len(resting.Fills) != 0 {
		t.Errorf("placed: %+v", resting)
	}
	sold := bob.limit("SELL", "0.4", "19000").order()
	if sold.Status != "FILLED" || sold.CummulativeQuoteQty != "8000.00000000" || len(sold.Fills) != 1 || sold.Fills[0].Price != "20000.00000000" || sold.Fills[0].CommissionAsset != "USDT" || sold.Fills[0].Commission != "8.00000000" {
		t.Errorf("met: %+v", sold)
	}
	now := alice.query("GET", "/api/v3/order", "symbol", "BTCUSDT", "origClientOrderId", "first").order()
	if now.Status != "PARTIALLY_FILLED" || now.ExecutedQty != "0.40000000" || now.OrderID != resting.OrderID {
		t.Errorf("then: %+v", now)
	}
}

func TestAMarketOrderIsForAQuantityOrForMoney(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob := v.trader("alice"), v.trader("bob")
	bob.limit("SELL", "1", "20000").order()
	market := func(name, value string) orderJSON {
		t.Helper()
		return alice.form("/api/v3/order", "symbol", "BTCUSDT", "side", "BUY", "type", "MARKET", name, value).order()
	}
	if o := market("quantity", "0.1"); o.Status != "FILLED" || o.ExecutedQty != "0.10000000" || o.Fills[0].CommissionAsset != "BTC" {
		t.Errorf("by quantity: %+v", o)
	}
	if o := market("quoteOrderQty", "1000"); o.Status != "FILLED" || o.ExecutedQty != "0.05000000" || o.CummulativeQuoteQty != "1000.00000000" {
		t.Errorf("by money: %+v", o)
	}
}

func TestTimeInForceSaysWhatBecomesOfTheRest(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob := v.trader("alice"), v.trader("bob")
	bob.limit("SELL", "1", "20000").order()
	place := func(tif, quantity string) orderJSON {
		t.Helper()
		return alice.form("/api/v3/order", "symbol", "BTCUSDT", "side", "BUY", "type", "LIMIT", "timeInForce", tif, "quantity", quantity, "price", "20000").order()
	}
	if o := place("FOK", "1.5"); o.Status != "EXPIRED" || o.ExecutedQty != "0.00000000" {
		t.Errorf("FOK beyond the book: %+v", o)
	}
	if o := place("FOK", "0.5"); o.Status != "FILLED" {
		t.Errorf("FOK within the book: %+v", o)
	}
	if o := place("IOC", "1.5"); o.Status != "EXPIRED" || o.ExecutedQty != "0.50000000" {
		t.Errorf("IOC beyond the book: %+v", o)
	}
}

func TestTheTakersModePreventsSelfTrades(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string][2]string{
		"EXPIRE_TAKER": {"EXPIRED_IN_MATCH", "NEW"},
		"EXPIRE_MAKER": {"NEW", "EXPIRED_IN_MATCH"},
		"EXPIRE_BOTH":  {"EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			alice := newVenue(t).trader("alice")
			maker := alice.limit("SELL", "1", "20000").order()
			taker := alice.limit("BUY", "1", "20000", "selfTradePreventionMode", mode).order()
			after := alice.query("GET", "/api/v3/order", "symbol", "BTCUSDT", "orderId", id(maker)).order()
			if got := [2]string{taker.Status, after.Status}; got != want {
				t.Errorf("taker and maker are %v, want %v", got, want)
			}
		})
	}
}

func TestTheAnswerIsAsLongAsAskedFor(t *testing.T) {
	t.Parallel()
	alice := newVenue(t).trader("alice")
	for kind, want := range map[string][]string{
		"ACK":    {"symbol", "orderId", "transactTime"},
		"RESULT": {"status", "executedQty"},
		"FULL":   {"status", "fills"},
	} {
		var o map[string]any
		alice.limit("BUY", "1", "100", "newOrderRespType", kind).into(http.StatusOK, &o)
		for _, member := range want {
			if _, has := o[member]; !has {
				t.Errorf("%s: no %s in %v", kind, member, o)
			}
		}
		if _, has := o["fills"]; has != (kind == "FULL") {
			t.Errorf("%s: fills: %v", kind, has)
		}
	}
}

func TestATestedOrderIsNotPlaced(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice := v.trader("alice")
	test := func(price string) reply {
		return v.unchanged(t, func() reply {
			return alice.form("/api/v3/order/test", "symbol", "BTCUSDT", "side", "BUY", "type", "LIMIT", "timeInForce", "GTC", "quantity", "1", "price", price)
		})
	}
	if got := test("100"); got.Code != http.StatusOK || got.Body.String() != "{}" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	wantError(t, test("100.001").ResponseRecorder, http.StatusBadRequest, -1013, "PRICE_FILTER")
}

func TestACancelledOrderFreesWhatItReserved(t *testing.T) {
	t.Parallel()
	alice := newVenue(t).trader("alice")
	placed := alice.limit("BUY", "1", "20000", "newClientOrderId", "mine").order()
	if got := alice.balance("USDT"); got != (funds{"USDT", "80000.00000000", "20000.00000000"}) {
		t.Errorf("while it rests: %v", got)
	}
	gone := alice.query("DELETE", "/api/v3/order", "symbol", "BTCUSDT", "origClientOrderId", "mine", "newClientOrderId", "cancellation").order()
	if gone.Status != "CANCELED" || gone.OrderID != placed.OrderID || gone.OrigClientOrderID != "mine" || gone.ClientOrderID != "cancellation" {
		t.Errorf("%+v", gone)
	}
	if got := alice.balance("USDT"); got != (funds{"USDT", "100000.00000000", "0.00000000"}) {
		t.Errorf("after that: %v", got)
	}
}

func TestCancelAllCancelsOneMarket(t *testing.T) {
	t.Parallel()
	alice := newVenue(t).trader("alice")
	first, second := alice.limit("BUY", "1", "100").order(), alice.limit("BUY", "1", "101").order()
	other := alice.form("/api/v3/order", "symbol", "ETHUSDT", "side", "BUY", "type", "LIMIT", "timeInForce", "GTC", "quantity", "1", "price", "100").order()
	var gone []orderJSON
	alice.query("DELETE", "/api/v3/openOrders", "symbol", "BTCUSDT").into(http.StatusOK, &gone)
	if diff := cmp.Diff([]int64{first.OrderID, second.OrderID}, ids(gone)); diff != "" {
		t.Error(diff)
	}
	if got := alice.openOrders(); !slices.Equal(got, []int64{other.OrderID}) {
		t.Errorf("still open: %v", got)
	}
	answer := alice.query("DELETE", "/api/v3/openOrders", "symbol", "BTCUSDT")
	wantError(t, answer.ResponseRecorder, http.StatusBadRequest, -2011, "Unknown order sent.") // there is none, as Binance has it
}

func TestOpenOrdersAreThoseOfTheAccount(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob := v.trader("alice"), v.trader("bob")
	mine := alice.limit("BUY", "1", "100").order()
	bob.limit("BUY", "1", "100").order()
	if got := alice.openOrders("symbol", "BTCUSDT"); !slices.Equal(got, []int64{mine.OrderID}) {
		t.Errorf("in its market: %v", got)
	}
	if got := alice.openOrders("symbol", "ETHUSDT"); len(got) != 0 {
		t.Errorf("in another market: %v", got)
	}
	if got := alice.openOrders(); !slices.Equal(got, []int64{mine.OrderID}) {
		t.Errorf("in all: %v", got)
	}
}

func TestAllOrdersAreReadFromAnOrderOrTheLatest(t *testing.T) {
	t.Parallel()
	alice := newVenue(t).trader("alice")
	var placed []int64
	for range 4 {
		placed = append(placed, alice.limit("BUY", "1", "100").order().OrderID)
	}
	all := func(fields ...string) []int64 {
		t.Helper()
		var orders []orderJSON
		alice.query("GET", "/api/v3/allOrders", append([]string{"symbol", "BTCUSDT"}, fields...)...).into(http.StatusOK, &orders)
		return ids(orders)
	}
	for name, test := range map[string]struct{ got, want []int64 }{
		"all":           {all(), placed},
		"the latest":    {all("limit", "2"), placed[2:]},
		"from an order": {all("orderId", id(orderJSON{OrderID: placed[1]}), "limit", "2"), placed[1:3]},
		"of the past":   {all("endTime", "1"), nil},
		"of the future": {all("startTime", "4000000000000"), nil},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
}

func ids(orders []orderJSON) (list []int64) {
	for _, o := range orders {
		list = append(list, o.OrderID)
	}
	return list
}

func (c *client) openOrders(fields ...string) []int64 {
	c.t.Helper()
	var orders []orderJSON
	c.query("GET", "/api/v3/openOrders", fields...).into(http.StatusOK, &orders)
	return ids(orders)
}

// funds are a balance as /api/v3/account has it.
type funds struct{ Asset, Free, Locked string }

func (c *client) balance(asset string) funds {
	c.t.Helper()
	var account struct{ Balances []funds }
	c.query("GET", "/api/v3/account").into(http.StatusOK, &account)
	for _, f := range account.Balances {
		if f.Asset == asset {
			return f
		}
	}
	c.t.Fatalf("no %s in %v", asset, account)
	return funds{}
}

func TestTheAccountTellsWhatItsKeyMayDo(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice := v.trader("alice")
	reader := v.keyOf(alice.account, 1)
	type permissions struct {
		CanTrade, CanWithdraw bool
		UID                   int64
		Balances              []funds
	}
	var full, limited permissions
	alice.query("GET", "/api/v3/account").into(http.StatusOK, &full)
	reader.query("GET", "/api/v3/account", "omitZeroBalances", "true").into(http.StatusOK, &limited)
	if !full.CanTrade || !full.CanWithdraw || full.UID != int64(alice.account) || len(full.Balances) != 4 {
		t.Errorf("%+v", full)
	}
	if limited.CanTrade || limited.CanWithdraw || len(limited.Balances) != 2 {
		t.Errorf("%+v", limited)
	}
}

func TestBothSidesSeeTheirTrade(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob := v.trader("alice"), v.trader("bob")
	made := bob.limit("SELL", "1", "20000").order()
	taken := alice.limit("BUY", "0.5", "20000").order()
	type tradeJSON struct {
		OrderID                     int64
		Price, Qty, QuoteQty        string
		Commission, CommissionAsset string
		IsBuyer, IsMaker            bool
	}
	trades := func(c *client, fields ...string) (list []tradeJSON) {
		t.Helper()
		c.query("GET", "/api/v3/myTrades", append([]string{"symbol", "BTCUSDT"}, fields...)...).into(http.StatusOK, &list)
		return list
	}
	want := tradeJSON{taken.OrderID, "20000.00000000", "0.50000000", "10000.00000000", "0.00050000", "BTC", true, false}
	if diff := cmp.Diff([]tradeJSON{want}, trades(alice)); diff != "" {
		t.Error(diff)
	}
	want = tradeJSON{made.OrderID, "20000.00000000", "0.50000000", "10000.00000000", "10.00000000", "USDT", false, true}
	if diff := cmp.Diff([]tradeJSON{want}, trades(bob, "orderId", id(made))); diff != "" {
		t.Error(diff)
	}
	if got := trades(bob, "fromId", "2"); len(got) != 0 {
		t.Errorf("later trades: %v", got)
	}
}
