package matching_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

// Amounts near the top of the range, 92,233,720,368 and a bit.
const huge = "60000000000"

func TestOverflowIsRefused(t *testing.T) {
	t.Parallel()
	dear := []matching.Resting{bid(1, alice, "1", huge), bid(2, bob, "1", huge)}
	run(t, []scenario{
		{
			name:  "a limit order whose notional is out of range",
			order: limit(exchange.Buy, "2", huge), refused: exchange.ErrOverflow,
		},
		{
			name: "an order that would make its level too large", book: []matching.Resting{bid(1, alice, huge, "0.00001")},
			order: limit(exchange.Buy, huge, "0.00001"), refused: exchange.ErrOverflow,
		},
		{
			name: "a rest that would make its level too large, after matching",
			book: []matching.Resting{
				ask(1, alice, huge, "0.00002"), bid(2, taker, huge, "0.00001"), bid(3, alice, "20000000000", "0.00001"),
			},
			order: limit(exchange.Buy, huge, "0.00001"), refused: exchange.ErrOverflow,
		},
		{
			name: "a limit order that would earn too much", book: dear,
			order: limit(exchange.Sell, "2", "1"), refused: exchange.ErrOverflow,
		},
		{
			name: "a market order that would earn too much", book: dear,
			order: market(exchange.Sell, "2"), refused: exchange.ErrOverflow,
		},
		{
			name: "a market order that would buy too much", book: []matching.Resting{ask(1, alice, huge, "0.00001"), ask(2, bob, huge, "0.00002")},
			order: marketByQuote(exchange.Buy, "9000000"), refused: exchange.ErrOverflow,
		},
		{
			name: "a market order that no budget pays", book: []matching.Resting{ask(1, alice, "1", huge), ask(2, bob, "1", huge)},
			order: market(exchange.Buy, "2"), refused: matching.ErrBudget,
		},
		{
			name: "a market order that no base pays", book: []matching.Resting{bid(1, alice, huge, "0.00001"), bid(2, bob, huge, "0.00002")},
			order: marketByQuote(exchange.Sell, "9000000"), refused: matching.ErrBudget,
		},
	})
}

func TestMalformedOrdersAreRefused(t *testing.T) {
	t.Parallel()
	good, goodMarket := limit(exchange.Buy, "1", "100"), market(exchange.Buy, "1")
	var scenarios []scenario
	for name, order := range map[string]matching.Incoming{
		"no side":                               with(good, func(o *matching.Incoming) { o.Side = 0 }),
		"unknown side":                          with(good, func(o *matching.Incoming) { o.Side = 3 }),
		"no type":                               with(good, func(o *matching.Incoming) { o.Type = 0 }),
		"unknown type":                          with(good, func(o *matching.Incoming) { o.Type = 4 }),
		"no time in force":                      with(good, inForce(0)),
		"unknown time in force":                 with(good, inForce(4)),
		"no self-trade prevention":              with(good, preventing(0)),
		"unknown prevention":                    with(good, preventing(4)),
		"no price":                              limit(exchange.Buy, "1", "0"),
		"negative price":                        limit(exchange.Buy, "1", "-100"),
		"price at which a lot is no whole unit": limit(exchange.Buy, "1", "100.000001"),
		"no quantity":                           limit(exchange.Buy, "0", "100"),
		"negative quantity":                     limit(exchange.Buy, "-1", "100"),
		"half a lot":                            limit(exchange.Buy, "0.0005", "100"),
		"limit with quote quantity":             with(good, func(o *matching.Incoming) { o.QuoteQuantity = 1 }),
		"market without quantity":               market(exchange.Buy, "0"),
		"market with both":                      with(goodMarket, func(o *matching.Incoming) { o.QuoteQuantity = 1 }),
		"market with price":                     with(goodMarket, func(o *matching.Incoming) { o.Price = 1 }),
		"market, negative quantity":             market(exchange.Buy, "-1"),
		"market, negative quote":                marketByQuote(exchange.Buy, "-1"),
		"market, half a lot":                    market(exchange.Buy, "0.0005"),
		"maker with negative amount":            with(limit(exchange.Buy, "-1", "100"), maker),
	} {
		scenarios = append(scenarios, scenario{
			name: name, book: []matching.Resting{ask(1, alice, "1", "100")}, order: order, refused: matching.ErrMalformed,
		})
	}
	run(t, scenarios)
}

func TestOrderIDsRise(t *testing.T) {
	t.Parallel()
	book := matching.New(lot)
	var res matching.Result
	place := func(id exchange.OrderID, order matching.Incoming) error {
		order.ID = id
		return book.Place(&order, &res)
	}
	if err := place(0, market(exchange.Buy, "1")); err != matching.ErrOrderID { //nolint:errorlint // returned as it is
		t.Errorf("id 0: %v", err)
	}
	if err := place(5, limit(exchange.Buy, "1", "100")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []exchange.OrderID{-1, 4, 5} {
		if err := place(id, market(exchange.Buy, "1")); err != matching.ErrOrderID { //nolint:errorlint // returned as it is
			t.Errorf("id %d after 5: %v", id, err)
		}
	}
	// A refused order has used nothing, its id neither.
	if err := place(7, with(limit(exchange.Sell, "1", "100"), maker)); err != matching.ErrWouldMatch { //nolint:errorlint // returned as it is
		t.Fatal(err)
	}
	if err := place(6, market(exchange.Sell, "1")); err != nil {
		t.Errorf("id 6 after 5 and a refused 7: %v", err)
	}
}

func TestALotMustBePositive(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a book with a lot of 0 was made")
		}
	}()
	matching.New(0)
}
