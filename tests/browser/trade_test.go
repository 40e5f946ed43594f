package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestRestingOrderIsPlacedSeenAndCancelled(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	alice := newPerson(t, s)
	alice.signIn(s, "alice", market)
	available, locked := alice.balance("USDT")
	price := alice.between()

	if status := alice.place(order{side: "BUY", kind: "limit", price: price, quantity: "0.01"}); status != 200 {
		t.Fatalf("status %d: %s", status, alice.read("main"))
	}
	id := alice.placed()
	row := alice.read(`#open-orders tr[data-order="` + id + `"]`)
	if !strings.Contains(row, "BTC/USDT Buy Limit "+price+" 0.01") {
		t.Errorf("the open order reads %q", row)
	}
	cost := times(number(t, price), number(t, "0.01"))
	alice.checkBalance("USDT", minus(available, cost), plus(locked, cost))
	best := func() string { return strings.Join(alice.all("#book .bids tbody tr:first-child .price"), "") }
	alice.await("the order in the book", func() bool { return best() == price })

	if status := alice.press(`button[aria-label="Cancel order ` + id + `"]`); status != 200 {
		t.Fatalf("status %d: %s", status, alice.read("main"))
	}
	if got := alice.read(".notice"); got != "Order "+id+" was cancelled." {
		t.Errorf("the page says %q", got)
	}
	if rows := alice.all(`#open-orders tr[data-order="` + id + `"]`); len(rows) != 0 {
		t.Errorf("the order is still open: %q", rows)
	}
	alice.checkBalance("USDT", available, locked)
	alice.await("the book without the order", func() bool { return best() != price })
}

func TestTradeBetweenTwoPeople(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	alice, bob := newPerson(t, s), newPerson(t, s)
	alice.signIn(s, "alice", market)
	bob.signIn(s, "bob", market)
	price := bob.between()
	base, lockedBase := alice.balance("BTC")
	quote, lockedQuote := alice.balance("USDT")
	bobQuote, _ := bob.balance("USDT")

	if status := bob.place(order{side: "SELL", kind: "post-only", price: price, quantity: "0.02"}); status != 200 {
		t.Fatalf("status %d: %s", status, bob.read("main"))
	}
	alice.await("bob's order in the book, without a reload", func() bool {
		asks := alice.all("#book .asks .price")
		return len(asks) > 0 && asks[len(asks)-1] == price
	})
	if status := alice.place(order{side: "BUY", kind: "market", quantity: "0.01"}); status != 200 {
		t.Fatalf("status %d: %s", status, alice.read("main"))
	}
	paid := times(number(t, price), number(t, "0.01"))
	if got := alice.read(".notice"); !strings.HasPrefix(got, "Order ") || !strings.Contains(got, "bought 0.01 BTC for ") {
		t.Errorf("the page says %q", got)
	}
	fill := alice.all("#fills tbody tr:first-child td")
	if !slices.Equal(fill[2:5], []string{"Buy", "Taker", price}) || number(t, fill[6]).Cmp(paid) != 0 {
		t.Errorf("the fill reads %q", fill)
	}
	fee := number(t, fill[7])
	if fee.Sign() <= 0 || !strings.HasSuffix(fill[7], " BTC") {
		t.Errorf("the fee reads %q", fill[7])
	}
	alice.checkBalance("BTC", minus(plus(base, number(t, "0.01")), fee), lockedBase)
	alice.checkBalance("USDT", minus(quote, paid), lockedQuote)
	if got := alice.read("#trades tbody tr:first-child .price"); got != "Buy "+price {
		t.Errorf("the latest trade reads %q", got)
	}

	bob.await("the fill on bob's page, without a reload", func() bool { return len(bob.all("#fills td.sell")) == 1 })
	fill = bob.all("#fills tbody tr:first-child td")
	if !slices.Equal(fill[2:5], []string{"Sell", "Maker", price}) {
		t.Errorf("bob's fill reads %q", fill)
	}
	bob.visit(market)
	got, _ := bob.balance("USDT")
	if want := minus(plus(bobQuote, paid), number(t, fill[7])); got.Cmp(want) != 0 {
		t.Errorf("bob has %s USDT, want %s", got.FloatString(8), want.FloatString(8))
	}
}

func TestFormSentSeveralTimesPlacesOneOrder(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	alice := newPerson(t, s)
	alice.signIn(s, "alice", market)
	alice.expect("status of 422") // what comes while the first is being executed is told so
	alice.fill("#price", alice.between())
	alice.fill("#quantity", "0.01")
	const send = `(async () => {
		const form = document.querySelector(".order form");
		const body = new URLSearchParams(new FormData(form));
		const answers = [];
		for (let i = 0; i < 3; i++) answers.push(fetch(form.action, {method: "POST", body}));
		return (await Promise.all(answers)).length;
	})()`
	if _, err := chromedp.Run(alice.ctx, chromedp.Evaluate[int](send, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
	alice.visit(market)
	if open := alice.all("#open-orders tr[data-order]"); len(open) != 1 {
		t.Errorf("the open orders are %q", open)
	}
}

func TestRefusedOrderIsExplainedBesideItsField(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	alice := newPerson(t, s)
	alice.signIn(s, "alice", market)
	alice.expect("status of 422")
	balance, _ := alice.balance("USDT")
	for _, tc := range []struct {
		order          order
		problem, where string
	}{
		{order{side: "BUY", kind: "limit", price: "100.001", quantity: "1"}, "The price must be from", "#price-problem"},
		{order{side: "SELL", kind: "limit", price: "1e3", quantity: "1"}, "Write a plain number such as 0.015.", "#price-problem"},
		{order{side: "SELL", kind: "market", quantity: "0.000000001"}, "Use at most 8 decimal places.", "#quantity-problem"},
		{order{side: "BUY", kind: "market-quote", amount: "0.00000001"}, "An order must be worth at least", "#quote-amount-problem"},
		{order{side: "SELL", kind: "limit", price: "60000", quantity: "8000"}, "Your available balance is too small", "form .problem"},
	} {
		if status := alice.place(tc.order); status != 422 {
			t.Errorf("%+v: status %d", tc.order, status)
		}
		if got := alice.read(tc.where); !strings.HasPrefix(got, tc.problem) {
			t.Errorf("%+v: the page says %q, want %q", tc.order, got, tc.problem)
		}
		if checked := alice.all(`.side label:has(:checked)`); !strings.EqualFold(checked[0], tc.order.side) {
			t.Errorf("%+v: the form forgot the side, it is %q", tc.order, checked)
		}
	}
	alice.visit(market)
	if got, _ := alice.balance("USDT"); got.Cmp(balance) != 0 {
		t.Errorf("refused orders changed the balance from %v to %v", balance, got)
	}
	if open := alice.all("#open-orders tr[data-order]"); len(open) != 0 {
		t.Errorf("refused orders are open: %q", open)
	}
}
