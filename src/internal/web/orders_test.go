package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func orderID(id exchange.OrderID) string { return strconv.FormatInt(int64(id), 10) }

func TestPlacedOrderIsShownAfterARedirect(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	a := alice.limit("BUY", "200", "1.5")
	open := s.openOrders(s.alice)
	if len(open) != 1 {
		t.Fatalf("open orders: %v", open)
	}
	o := open[0]
	a.leads(t, orderPage(o.ID))
	if o.Price != exchange.MustAmount("200") || o.Quantity != exchange.MustAmount("1.5") || o.SelfTrade != exchange.ExpireMaker || o.ClientID[:4] != "web-" {
		t.Errorf("the order is %+v", o)
	}
	alice.get(orderPage(o.ID)).check(t, http.StatusOK,
		"Order "+orderID(o.ID)+" is in the book: buy 1.5 BTC at 200.00 USDT.", `data-order="`+orderID(o.ID)+`"`, "99700.00000000", "300.00000000")
	alice.get("/orders").check(t, http.StatusOK, `data-order="`+orderID(o.ID)+`"`, "BTC/USDT")
}

func TestSendingAFormTwicePlacesOneOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	first := alice.limit("BUY", "200", "1", "once", "the-same-page")
	first.leads(t, orderPage(s.openOrders(s.alice)[0].ID))
	alice.limit("BUY", "200", "1", "once", "the-same-page").leads(t, first.Header.Get("Location"))
	if open := s.openOrders(s.alice); len(open) != 1 {
		t.Errorf("open orders: %v", open)
	}
	alice.limit("BUY", "201", "1", "once", "the-same-page")
	if open := s.openOrders(s.alice); len(open) != 2 {
		t.Errorf("after another price: %v", open)
	}
}

func TestEveryKindOfOrderTrades(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice, bob := s.signIn("alice"), s.signIn("bob")
	bob.limit("SELL", "1000", "5")
	for kind, want := range map[string]string{
		"limit":        "bought 0.5 BTC for 500 USDT.",
		"market":       "bought 0.5 BTC for 500 USDT.",
		"market-quote": "bought 0.25 BTC for 250 USDT.",
	} {
		a := alice.limit("BUY", "1000", "0.5", "kind", kind, "quote-amount", "250")
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %s", kind, a.Status)
		}
		alice.get(a.Header.Get("Location")).check(t, http.StatusOK, want)
	}
	alice.limit("BUY", "1000", "1", "kind", "post-only").check(t, http.StatusUnprocessableEntity, "At this price the order would trade at once")
	alice.limit("BUY", "1000", "9", "tif", "FOK").leads(t, orderPage(s.latest(s.alice).ID))
	alice.get(orderPage(s.latest(s.alice).ID)).check(t, http.StatusOK, "expired and traded nothing.")
	bob.get("/markets/BTCUSDT").check(t, http.StatusOK, "Your latest fills", "Maker", "0.50 USDT")
}

func TestRefusedOrderChangesNothingAndKeepsTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	for name, tc := range map[string]struct {
		fields []string
		want   string
	}{
		"price off the steps": {[]string{"price", "100.001"}, "The price must be from 0.01 to 1000000 USDT, in steps of 0.01 USDT."},
		"quantity too fine":   {[]string{"quantity", "0.00001"}, "The quantity must be from 0.0001 to 1000 BTC, in steps of 0.0001 BTC."},
		"worth too little":    {[]string{"quantity", "0.01"}, "An order must be worth at least 5 USDT."},
		"no money":            {[]string{"price", "500000"}, "Your available balance is too small for this order."},
		"not a number":        {[]string{"price", "NaN"}, "Write a plain number such as 0.015."},
		"hostile":             {[]string{"price", `"><script>alert(1)</script>`}, "Write a plain number such as 0.015."},
	} {
		a := alice.limit("BUY", "100", "1", tc.fields...)
		a.check(t, http.StatusUnprocessableEntity, tc.want, `value="BUY" checked`)
		if name == "hostile" {
			a.check(t, http.StatusUnprocessableEntity, `value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`)
		}
	}
	if open := s.openOrders(s.alice); len(open) != 0 {
		t.Errorf("open orders: %v", open)
	}
}

func TestOrderIsCancelledByItsOwnerOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice, bob := s.signIn("alice"), s.signIn("bob")
	alice.limit("BUY", "200", "1")
	id := s.openOrders(s.alice)[0].ID
	fields := []string{"symbol", "BTCUSDT", "order", orderID(id), "next", "/markets/BTCUSDT"}
	about := url.Values{"order": {orderID(id)}, "market": {"BTCUSDT"}}

	bob.post("/orders", "/orders/cancel", fields...)
	if open := s.openOrders(s.alice); len(open) != 1 {
		t.Fatal("bob cancelled alice's order")
	}
	if page := bob.get("/markets/BTCUSDT?" + about.Encode()); containsNotice(page) {
		t.Error("bob reads of alice's order")
	}

	alice.post("/orders", "/orders/cancel", fields...).leads(t, "/markets/BTCUSDT?"+about.Encode())
	alice.get("/markets/BTCUSDT?"+about.Encode()).check(t, http.StatusOK, "Order "+orderID(id)+" was cancelled.")
	about.Set("notice", "too-late")
	alice.post("/orders", "/orders/cancel", fields...).leads(t, "/markets/BTCUSDT?"+about.Encode())
	alice.get("/markets/BTCUSDT?"+about.Encode()).check(t, http.StatusOK, "There was nothing to cancel. Order "+orderID(id)+" was cancelled.")
}

func TestCancelAllMeansTheMarketThatIsNamed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	alice.limit("BUY", "200", "1")
	alice.limit("BUY", "201", "1")
	alice.limit("BUY", "10", "1", "symbol", "ETHUSDT")
	for _, symbol := range []string{"", "NOPE", "all"} {
		alice.post("/orders", "/orders/cancel-all", "symbol", symbol).check(t, http.StatusNotFound)
	}
	alice.post("/orders", "/orders/cancel-all", "symbol", "BTCUSDT", "next", "/markets/BTCUSDT").leads(t, "/markets/BTCUSDT?notice=all-cancelled")
	if open := s.openOrders(s.alice); len(open) != 1 {
		t.Errorf("open orders after cancelling those in BTCUSDT: %v", open)
	}
	alice.get("/markets/BTCUSDT?notice=all-cancelled").check(t, http.StatusOK, "You have no open orders left here.")
	if page := alice.get("/markets/ETHUSDT?notice=all-cancelled"); containsNotice(page) {
		t.Error("the page says that no orders are left, but one is")
	}
	for range 2 { // the second time there is none
		alice.post("/orders", "/orders/cancel-all", "symbol", "ALL", "next", "/orders").leads(t, "/orders?notice=all-cancelled")
	}
	if open := s.openOrders(s.alice); len(open) != 0 {
		t.Errorf("open orders: %v", open)
	}
}

func TestOrdersThatCannotBeAreNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	alice := s.signIn("alice")
	for _, fields := range [][]string{
		{"symbol", "BTCUSDT", "order", "-1"}, {"symbol", "BTCUSDT", "order", "x"}, {"symbol", "BTCUSDT", "order", "99999999999999999999"},
		{"symbol", "NOPE", "order", "1"}, {},
	} {
		alice.post("/orders", "/orders/cancel", fields...).check(t, http.StatusNotFound)
	}
	alice.limit("BUY", "100", "1", "symbol", "NOPE").check(t, http.StatusNotFound)
}

// latest returns the account's newest order.
func (s *site) latest(account exchange.AccountID) exchange.Order {
	s.t.Helper()
	orders, err := s.DB.Orders(s.t.Context(), exchange.OrderQuery{Account: account, Market: 1, Limit: 1})
	s.must(err)
	if len(orders) != 1 {
		s.t.Fatal("there is no order")
	}
	return orders[0]
}
