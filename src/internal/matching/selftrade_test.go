package matching_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

func TestSelfTradePrevention(t *testing.T) {
	t.Parallel()
	asks := []matching.Resting{ask(1, alice, "1", "100"), ask(2, taker, "2", "100"), ask(3, bob, "1", "100")}
	untouched := "bids; asks 100: #1 1 #2 2 #3 1"
	order := limit(exchange.Buy, "2", "100")
	run(t, []scenario{
		{
			name: "EXPIRE_MAKER takes the maker out and goes on", book: asks, order: order,
			verdict: matching.Filled, fills: []string{"#1 1@100", "#3 1@100"}, expired: []string{"#2 2"}, after: "bids; asks",
		},
		{
			name: "EXPIRE_TAKER ends the taker and leaves the maker", book: asks, order: with(order, preventing(exchange.ExpireTaker)),
			verdict: matching.ExpiredInMatch, remaining: "1", fills: []string{"#1 1@100"}, after: "bids; asks 100: #2 2 #3 1",
		},
		{
			name: "EXPIRE_BOTH ends both", book: asks, order: with(order, preventing(exchange.ExpireBoth)),
			verdict: matching.ExpiredInMatch, remaining: "1", fills: []string{"#1 1@100"}, expired: []string{"#2 2"}, after: "bids; asks 100: #3 1",
		},
		{
			name: "a taker that is filled before does not reach its own order", book: asks,
			order:   with(limit(exchange.Buy, "1", "100"), preventing(exchange.ExpireBoth)),
			verdict: matching.Filled, fills: []string{"#1 1@100"}, after: "bids; asks 100: #2 2 #3 1",
		},
		{
			name: "own orders beyond the price do not count", book: []matching.Resting{ask(1, taker, "1", "101")}, order: order,
			verdict: matching.Rested, remaining: "2", after: "bids 100: #100 2; asks 101: #1 1",
		},
		{
			name: "the rest of a GTC order rests where its own orders were", book: asks, order: limit(exchange.Buy, "3", "100"),
			verdict: matching.Rested, remaining: "1", fills: []string{"#1 1@100", "#3 1@100"}, expired: []string{"#2 2"}, after: "bids 100: #100 1; asks",
		},
		{
			name: "a market order takes its own order out, too", book: asks, order: market(exchange.Buy, "3"),
			verdict: matching.ExpiredRest, remaining: "1", fills: []string{"#1 1@100", "#3 1@100"}, expired: []string{"#2 2"}, after: "bids; asks",
		},
		{
			name: "a market order by quote quantity is ended by its own order", book: asks,
			order:   with(marketByQuote(exchange.Buy, "150"), preventing(exchange.ExpireTaker)),
			verdict: matching.ExpiredInMatch, fills: []string{"#1 1@100"}, after: "bids; asks 100: #2 2 #3 1",
		},
		{
			name: "a market order whose last quote buys no lot does not reach its own order", book: asks,
			order:   with(marketByQuote(exchange.Buy, "100.09"), preventing(exchange.ExpireBoth)),
			verdict: matching.Filled, fills: []string{"#1 1@100"}, after: "bids; asks 100: #2 2 #3 1",
		},
		{
			name: "own orders cost no budget", book: asks, order: with(market(exchange.Buy, "2"), budget("200")),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#3 1@100"}, expired: []string{"#2 2"}, after: "bids; asks",
		},
		{
			name: "FOK counts without own orders", book: asks, order: with(order, inForce(exchange.FOK)),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#3 1@100"}, expired: []string{"#2 2"}, after: "bids; asks",
		},
		{
			name: "FOK does nothing when own orders are missing", book: asks,
			order:   with(limit(exchange.Buy, "3", "100"), inForce(exchange.FOK)),
			verdict: matching.ExpiredRest, remaining: "3", after: untouched,
		},
		{
			name: "FOK does nothing when EXPIRE_TAKER would end it", book: asks,
			order:   with(with(order, inForce(exchange.FOK)), preventing(exchange.ExpireTaker)),
			verdict: matching.ExpiredRest, remaining: "2", after: untouched,
		},
		{
			name: "FOK does nothing when EXPIRE_BOTH would end it", book: asks,
			order:   with(with(order, inForce(exchange.FOK)), preventing(exchange.ExpireBoth)),
			verdict: matching.ExpiredRest, remaining: "2", after: untouched,
		},
	})
}
