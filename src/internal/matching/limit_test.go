package matching_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

func TestLimitGTC(t *testing.T) {
	t.Parallel()
	run(t, []scenario{
		{
			name: "rests in an empty book", order: limit(exchange.Buy, "2", "100"),
			verdict: matching.Rested, remaining: "2", after: "bids 100: #100 2; asks",
		},
		{
			name: "rests behind the orders of its level",
			book: []matching.Resting{bid(1, alice, "1", "100"), bid(2, bob, "1", "101")}, order: limit(exchange.Buy, "2", "100"),
			verdict: matching.Rested, remaining: "2", after: "bids 101: #2 1 100: #1 1 #100 2; asks",
		},
		{
			name: "rests when prices do not meet",
			book: []matching.Resting{ask(1, alice, "1", "101")}, order: limit(exchange.Buy, "2", "100.99"),
			verdict: matching.Rested, remaining: "2", after: "bids 100.99: #100 2; asks 101: #1 1",
		},
		{
			name:  "buys from the lowest ask first, at the makers' prices",
			book:  []matching.Resting{ask(1, alice, "1", "102"), ask(2, bob, "1", "100"), ask(3, carol, "1", "101")},
			order: limit(exchange.Buy, "2.5", "102"), verdict: matching.Filled,
			fills: []string{"#2 1@100", "#3 1@101", "#1 0.5@102"}, after: "bids; asks 102: #1 0.5",
		},
		{
			name:  "sells to the highest bid first, at the makers' prices",
			book:  []matching.Resting{bid(1, alice, "1", "98"), bid(2, bob, "1", "100"), bid(3, carol, "1", "99")},
			order: limit(exchange.Sell, "2.5", "98"), verdict: matching.Filled,
			fills: []string{"#2 1@100", "#3 1@99", "#1 0.5@98"}, after: "bids 98: #1 0.5; asks",
		},
		{
			name:  "takes the oldest order of a level first",
			book:  []matching.Resting{ask(1, alice, "1", "100"), ask(2, bob, "1", "100"), ask(3, carol, "1", "100")},
			order: limit(exchange.Buy, "1.5", "100"), verdict: matching.Filled,
			fills: []string{"#1 1@100", "#2 0.5@100"}, after: "bids; asks 100: #2 0.5 #3 1",
		},
		{
			name:  "stops at its price and lets the rest rest",
			book:  []matching.Resting{ask(1, alice, "1", "100"), ask(2, bob, "1", "101")},
			order: limit(exchange.Buy, "3", "100"), verdict: matching.Rested, remaining: "2",
			fills: []string{"#1 1@100"}, after: "bids 100: #100 2; asks 101: #2 1",
		},
		{
			name:  "is filled by exactly what is there",
			book:  []matching.Resting{bid(1, alice, "1", "100"), bid(2, bob, "2", "100")},
			order: limit(exchange.Sell, "3", "100"), verdict: matching.Filled,
			fills: []string{"#1 1@100", "#2 2@100"}, after: "bids; asks",
		},
	})
}

func TestImmediateOrCancel(t *testing.T) {
	t.Parallel()
	asks := []matching.Resting{ask(1, alice, "1", "100"), ask(2, bob, "1", "101")}
	run(t, []scenario{
		{
			name: "is filled", book: asks, order: with(limit(exchange.Buy, "2", "101"), inForce(exchange.IOC)),
			verdict: matching.Filled, fills: []string{"#1 1@100", "#2 1@101"}, after: "bids; asks",
		},
		{
			name: "executes what it can and expires", book: asks, order: with(limit(exchange.Buy, "2", "100"), inForce(exchange.IOC)),
			verdict: matching.ExpiredRest, remaining: "1", fills: []string{"#1 1@100"}, after: "bids; asks 101: #2 1",
		},
		{
			name: "expires when prices do not meet", book: asks, order: with(limit(exchange.Buy, "2", "99"), inForce(exchange.IOC)),
			verdict: matching.ExpiredRest, remaining: "2", after: "bids; asks 100: #1 1 101: #2 1",
		},
	})
}

func TestFillOrKill(t *testing.T) {
	t.Parallel()
	bids := []matching.Resting{bid(1, alice, "1", "101"), bid(2, bob, "1", "100")}
	run(t, []scenario{
		{
			name: "is filled whole", book: bids, order: with(limit(exchange.Sell, "1.5", "100"), inForce(exchange.FOK)),
			verdict: matching.Filled, fills: []string{"#1 1@101", "#2 0.5@100"}, after: "bids 100: #2 0.5; asks",
		},
		{
			name: "is filled by exactly what is there", book: bids, order: with(limit(exchange.Sell, "2", "100"), inForce(exchange.FOK)),
			verdict: matching.Filled, fills: []string{"#1 1@101", "#2 1@100"}, after: "bids; asks",
		},
		{
			name: "does nothing when there is too little", book: bids, order: with(limit(exchange.Sell, "2.001", "100"), inForce(exchange.FOK)),
			verdict: matching.ExpiredRest, remaining: "2.001", after: "bids 101: #1 1 100: #2 1; asks",
		},
		{
			name: "does nothing when there is too little at its price", book: bids, order: with(limit(exchange.Sell, "2", "101"), inForce(exchange.FOK)),
			verdict: matching.ExpiredRest, remaining: "2", after: "bids 101: #1 1 100: #2 1; asks",
		},
	})
}

func TestLimitMaker(t *testing.T) {
	t.Parallel()
	bids := []matching.Resting{bid(1, alice, "1", "100"), bid(2, taker, "1", "99")}
	run(t, []scenario{
		{
			name: "rests", book: bids, order: with(limit(exchange.Sell, "1", "100.01"), maker),
			verdict: matching.Rested, remaining: "1", after: "bids 100: #1 1 99: #2 1; asks 100.01: #100 1",
		},
		{
			name: "rests whatever its time in force says", book: bids,
			order:   with(with(limit(exchange.Sell, "1", "101"), maker), inForce(exchange.FOK)),
			verdict: matching.Rested, remaining: "1", after: "bids 100: #1 1 99: #2 1; asks 101: #100 1",
		},
		{
			name: "is refused when it would match", book: bids,
			order: with(limit(exchange.Sell, "1", "100"), maker), refused: matching.ErrWouldMatch,
		},
		{
			name: "is refused when it would only match its own account", book: bids[1:],
			order: with(limit(exchange.Sell, "1", "99"), maker), refused: matching.ErrWouldMatch,
		},
	})
}
