package web

import (
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// bookLevels is how many prices of each side a page shows.
const bookLevels = 15

// bookView is a market's book as it is shown: the best asks, the spread, the best bids.
type bookView struct {
	Asks, Bids []levelView // best first
	Spread     string
}

// AsksDown returns the asks as they stand on the page: the best one last, next to the bids.
func (v bookView) AsksDown() []levelView {
	down := slices.Clone(v.Asks)
	slices.Reverse(down)
	return down
}

// levelView is a price level. Total is the quantity up to and with it; Share is that
// in percent of the larger side's, 1 to 100: the length of its bar.
type levelView struct {
	Price, Quantity, Total string
	Share                  int
}

func newBookView(m exchange.Market, depth exchange.Depth) bookView {
	whole := max(totalOf(depth.Bids), totalOf(depth.Asks))
	view := bookView{Asks: levelViews(m, depth.Asks, whole), Bids: levelViews(m, depth.Bids, whole), Spread: none}
	if len(depth.Asks) > 0 && len(depth.Bids) > 0 {
		view.Spread = decimal(depth.Asks[0].Price-depth.Bids[0].Price, decimalsOf(m.Tick))
	}
	return view
}

func levelViews(m exchange.Market, levels []exchange.Level, whole exchange.Amount) []levelView {
	views := make([]levelView, 0, len(levels))
	var total exchange.Amount
	for _, level := range levels {
		total = plus(total, level.Quantity)
		views = append(views, levelView{
			Price:    decimal(level.Price, decimalsOf(m.Tick)),
			Quantity: decimal(level.Quantity, decimalsOf(m.Lot)),
			Total:    decimal(total, decimalsOf(m.Lot)),
			Share:    max(1, int(100*(float64(total)/float64(whole)))),
		})
	}
	return views
}

func totalOf(levels []exchange.Level) (total exchange.Amount) {
	for _, level := range levels {
		total = plus(total, level.Quantity)
	}
	return total
}

// plus adds quantities of a book, which may together exceed what an amount holds.
func plus(a, b exchange.Amount) exchange.Amount {
	sum, err := a.Add(b)
	if err != nil {
		return exchange.MaxAmount
	}
	return sum
}
