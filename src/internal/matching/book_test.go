package matching_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

func TestLevelsAddUpTheirOrders(t *testing.T) {
	t.Parallel()
	book := restored(t, []matching.Resting{
		bid(1, alice, "1", "99"), bid(2, bob, "2.5", "99"), bid(3, bob, "7", "98"), ask(4, carol, "4", "100"), ask(5, carol, "1", "102"),
	})
	for _, c := range []struct {
		side            exchange.Side
		price, quantity string
	}{
		{exchange.Buy, "99", "3.5"},
		{exchange.Buy, "98", "7"},
		{exchange.Buy, "100", "0"},
		{exchange.Sell, "100", "4"},
		{exchange.Sell, "102", "1"},
		{exchange.Sell, "101", "0"},
		{exchange.Sell, "103", "0"},
	} {
		if got := short(book.LevelQuantity(c.side, exchange.MustAmount(c.price))); got != c.quantity {
			t.Errorf("%s %s holds %s, want %s", c.side, c.price, got, c.quantity)
		}
	}
	if best, ok := book.Best(exchange.Buy); !ok || short(best.Price) != "99" || short(best.Quantity) != "3.5" {
		t.Errorf("best bid %+v, %v", best, ok)
	}
	if best, ok := book.Best(exchange.Sell); !ok || short(best.Price) != "100" || short(best.Quantity) != "4" {
		t.Errorf("best ask %+v, %v", best, ok)
	}
	if book.Len() != 5 {
		t.Errorf("%d orders, want 5", book.Len())
	}
}

func TestAnEmptyBookHasNoBest(t *testing.T) {
	t.Parallel()
	book := matching.New(lot)
	for _, side := range []exchange.Side{exchange.Buy, exchange.Sell} {
		if best, ok := book.Best(side); ok || best != (exchange.Level{}) {
			t.Errorf("%s: %+v, %v", side, best, ok)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	orders := []matching.Resting{
		ask(1, alice, "1", "100"), ask(2, bob, "2", "100"), ask(3, carol, "3", "100"), ask(4, alice, "4", "101"), bid(5, bob, "5", "99"),
	}
	for name, c := range map[string]struct {
		id        exchange.OrderID
		remaining string
		after     string
	}{
		"the head of a level":  {1, "1", "bids 99: #5 5; asks 100: #2 2 #3 3 101: #4 4"},
		"the middle":           {2, "2", "bids 99: #5 5; asks 100: #1 1 #3 3 101: #4 4"},
		"the tail":             {3, "3", "bids 99: #5 5; asks 100: #1 1 #2 2 101: #4 4"},
		"the whole level":      {4, "4", "bids 99: #5 5; asks 100: #1 1 #2 2 #3 3"},
		"the last of its side": {5, "5", "bids; asks 100: #1 1 #2 2 #3 3 101: #4 4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := restored(t, orders)
			if remaining, ok := book.Cancel(c.id); !ok || short(remaining) != c.remaining {
				t.Errorf("cancelled %s, %v; want %s", short(remaining), ok, c.remaining)
			}
			if got := show(book); got != c.after {
				t.Errorf("book\n got %s\nwant %s", got, c.after)
			}
			if remaining, ok := book.Cancel(c.id); ok || remaining != 0 {
				t.Errorf("cancelled once more: %s, %v", remaining, ok)
			}
			if err := book.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCancelReturnsWhatIsLeft(t *testing.T) {
	t.Parallel()
	book := restored(t, []matching.Resting{bid(1, alice, "1", "100"), bid(2, bob, "1", "100")})
	order := limit(exchange.Sell, "1.25", "100")
	var res matching.Result
	if err := book.Place(&order, &res); err != nil {
		t.Fatal(err)
	}
	if remaining, ok := book.Cancel(1); ok {
		t.Errorf("cancelled a filled order: %s", remaining)
	}
	if remaining, ok := book.Cancel(2); !ok || short(remaining) != "0.75" {
		t.Errorf("cancelled %s, %v; want 0.75", short(remaining), ok)
	}
}

func TestAResultIsUsedAgain(t *testing.T) {
	t.Parallel()
	book := restored(t, []matching.Resting{ask(1, alice, "1", "100"), ask(2, taker, "1", "100"), ask(3, alice, "1", "100")})
	var res matching.Result
	for i, order := range []matching.Incoming{market(exchange.Buy, "2"), limit(exchange.Buy, "1", "100")} {
		order.ID += exchange.OrderID(i)
		if err := book.Place(&order, &res); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, &res, &scenario{verdict: matching.Rested, remaining: "1"})
}

func TestOrdersCanBeLeftEarly(t *testing.T) {
	t.Parallel()
	book := restored(t, []matching.Resting{bid(1, alice, "1", "100"), ask(2, bob, "1", "101")})
	for o := range book.Orders() {
		if o != bid(1, alice, "1", "100") {
			t.Errorf("the first order is %+v", o)
		}
		break
	}
}
