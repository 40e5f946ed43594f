package browser_test

import (
	"strings"
	"testing"
)

func TestEverythingWorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	alice := newPerson(t, s)
	alice.disableScripts()
	alice.signIn(s, "alice", market)
	price := alice.between()
	for range 2 {
		if status := alice.place(order{side: "BUY", kind: "post-only", price: price, quantity: "0.01"}); status != 200 {
			t.Fatalf("status %d: %s", status, alice.read("main"))
		}
	}
	id := alice.placed()
	alice.visit(market)
	if got := alice.read("#book .bids tbody tr:first-child"); !strings.HasPrefix(got, price) {
		t.Errorf("the best bid reads %q, want %s", got, price)
	}
	alice.press(`button[aria-label="Cancel order ` + id + `"]`)
	if got := alice.read(".notice"); got != "Order "+id+" was cancelled." {
		t.Errorf("the page says %q", got)
	}
	alice.press(".open-orders > header button")
	if got := alice.read(".notice"); got != "You have no open orders left here." {
		t.Errorf("the page says %q", got)
	}
	alice.press(".visitor button")
	if got := alice.read(".notice"); got != "You are signed out." {
		t.Errorf("the page says %q", got)
	}
}
