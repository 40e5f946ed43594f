package marketdata

import (
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// side holds one side of a book, the best level last: most changes happen near the
// best price, where they then move few levels. Bids rise, asks fall.
type side struct {
	rising bool
	levels []exchange.Level
}

// set makes quantity the quantity at price; 0 removes the level.
func (s *side) set(price, quantity exchange.Amount) {
	i, found := slices.BinarySearchFunc(s.levels, price, s.compare)
	switch {
	case found && quantity > 0:
		s.levels[i].Quantity = quantity
	case found:
		s.levels = slices.Delete(s.levels, i, i+1)
	case quantity > 0:
		s.levels = slices.Insert(s.levels, i, exchange.Level{Price: price, Quantity: quantity})
	}
}

func (s *side) compare(l exchange.Level, price exchange.Amount) int {
	switch {
	case l.Price == price:
		return 0
	case (l.Price < price) == s.rising:
		return -1
	default:
		return 1
	}
}

// top copies the best levels, best first. It is never nil, so that an empty side is
// an empty list to clients.
func (s *side) top(limit int) []exchange.Level {
	n := min(limit, len(s.levels))
	out := make([]exchange.Level, n)
	for i := range out {
		out[i] = s.levels[len(s.levels)-1-i]
	}
	return out
}

func (s *side) best() exchange.Level {
	if len(s.levels) == 0 {
		return exchange.Level{}
	}
	return s.levels[len(s.levels)-1]
}
