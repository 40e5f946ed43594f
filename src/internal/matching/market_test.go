package matching_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

func TestMarketByQuantity(t *testing.T) {
	t.Parallel()
	asks := []matching.Resting{ask(1, alice, "1", "100"), ask(2, bob, "1", "110")}
	bids := []matching.Resting{bid(1, alice, "1", "100"), bid(2, bob, "1", "90")}
	run(t, []scenario{
		{
			name: "buys at any price", book: asks, order: market(exchange.Buy, "1.5"),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 0.5@110"}, after: "bids; asks 110: #2 0.5",
		},
		{
			name: "sells at any price", book: bids, order: market(exchange.Sell, "2"),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 1@90"}, after: "bids; asks",
		},
		{
			name: "expires when the book runs out", book: asks, order: market(exchange.Buy, "3"),
			verdict: matching.ExpiredRest, remaining: "1", fills: []string{"#1 1@100", "#2 1@110"}, after: "bids; asks",
		},
		{
			name: "expires in an empty book", order: market(exchange.Sell, "3"),
			verdict: matching.ExpiredRest, remaining: "3", after: "bids; asks",
		},
		{
			name: "spends its whole budget", book: asks, order: with(market(exchange.Buy, "1.5"), budget("155")),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 0.5@110"}, after: "bids; asks 110: #2 0.5",
		},
		{
			name: "is refused when it costs more than its budget", book: asks,
			order: with(market(exchange.Buy, "1.5"), budget("154.99999999")), refused: matching.ErrBudget,
		},
		{
			name: "is refused when it sells more than its budget", book: bids,
			order: with(market(exchange.Sell, "1.5"), budget("1.499")), refused: matching.ErrBudget,
		},
		{
			name: "needs budget only for what is executed", book: bids, order: with(market(exchange.Sell, "3"), budget("2")),
			verdict: matching.ExpiredRest, remaining: "1", fills: []string{"#1 1@100", "#2 1@90"}, after: "bids; asks",
		},
	})
}

func TestMarketByQuoteQuantity(t *testing.T) {
	t.Parallel()
	asks := []matching.Resting{ask(1, alice, "1", "100"), ask(2, bob, "1", "110")}
	bids := []matching.Resting{bid(1, alice, "1", "100"), bid(2, bob, "1", "50")}
	run(t, []scenario{
		{
			name: "buys for its quote quantity", book: asks, order: marketByQuote(exchange.Buy, "155"),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 0.5@110"}, after: "bids; asks 110: #2 0.5",
		},
		{
			name: "buys whole lots and keeps the change", book: asks, order: marketByQuote(exchange.Buy, "100.2199"),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 0.001@110"}, after: "bids; asks 110: #2 0.999",
		},
		{
			name: "ends where not one lot fits", book: asks, order: marketByQuote(exchange.Buy, "100.1099"),
			verdict: matching.Filled, fills: []string{"#1 1@100"}, after: "bids; asks 110: #2 1",
		},
		{
			name: "does not skip a bid that is too dear for one that is cheap enough", book: bids, order: marketByQuote(exchange.Sell, "0.06"),
			verdict: matching.ExpiredRest, after: "bids 100: #1 1 50: #2 1; asks",
		},
		{
			name: "goes on to a cheaper bid with what is left", book: bids, order: marketByQuote(exchange.Sell, "100.06"),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 0.001@50"}, after: "bids 50: #2 0.999; asks",
		},
		{
			name: "expires when not one lot fits at all", book: asks, order: marketByQuote(exchange.Buy, "0.0999"),
			verdict: matching.ExpiredRest, after: "bids; asks 100: #1 1 110: #2 1",
		},
		{
			name: "is filled when the last quote buys the last order", book: asks, order: marketByQuote(exchange.Buy, "210"),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 1@110"}, after: "bids; asks",
		},
		{
			name: "expires when the book runs out", book: asks, order: marketByQuote(exchange.Buy, "211"),
			verdict: matching.ExpiredRest, fills: []string{"#1 1@100", "#2 1@110"}, after: "bids; asks",
		},
		{
			name: "is refused when it needs more base than its budget", book: bids,
			order: with(marketByQuote(exchange.Sell, "125"), budget("1.499")), refused: matching.ErrBudget,
		},
		{
			name: "sells its whole budget", book: bids, order: with(marketByQuote(exchange.Sell, "125"), budget("1.5")),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 0.5@50"}, after: "bids 50: #2 0.5; asks",
		},
	})
}

func TestPreview(t *testing.T) {
	t.Parallel()
	asks := []matching.Resting{ask(1, alice, "1", "100"), ask(2, taker, "5", "105"), ask(3, bob, "1", "110")}
	for name, c := range map[string]struct {
		order       matching.Incoming
		base, quote string
		refused     error
	}{
		"what a market order executes":            {order: market(exchange.Buy, "1.5"), base: "1.5", quote: "155"},
		"only what the book has":                  {order: market(exchange.Buy, "9"), base: "2", quote: "210"},
		"nothing of an order that is not filled":  {order: with(limit(exchange.Buy, "3", "110"), inForce(exchange.FOK)), base: "0", quote: "0"},
		"the refusal of an order over its budget": {order: with(market(exchange.Buy, "1.5"), budget("154")), base: "0", quote: "0", refused: matching.ErrBudget},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := restored(t, asks)
			before := show(book)
			base, quote, err := book.Preview(&c.order)
			if err != c.refused || short(base) != c.base || short(quote) != c.quote { //nolint:errorlint // returned as it is
				t.Errorf("%s for %s, %v; want %s for %s, %v", short(base), short(quote), err, c.base, c.quote, c.refused)
			}
			if got := show(book); got != before {
				t.Errorf("the preview changed the book to %s", got)
			}
		})
	}
}
