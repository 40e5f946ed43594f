package matching

import (
	"iter"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Book is the order book of one market. Make it with New.
type Book struct {
	lot exchange.Amount
}

// New makes an empty book; lot is the market's quantity step, > 0.
func New(lot exchange.Amount) *Book { return &Book{lot: lot} }

// Place matches an order and, if it is a GTC order, lets what is left rest in the
// book. On an error nothing has changed and res means nothing.
func (b *Book) Place(in *Incoming, res *Result) error { panic("in the works") }

// Preview returns what Place would execute, and changes nothing.
func (b *Book) Preview(in *Incoming) (base, quote exchange.Amount, err error) { panic("in the works") }

// Cancel takes an order out of the book and returns what was left of it; ok is
// false when it is not there.
func (b *Book) Cancel(id exchange.OrderID) (remaining exchange.Amount, ok bool) { panic("in the works") }

// Restore puts a stored order at the tail of its level.
func (b *Book) Restore(r Resting) error { panic("in the works") }

// Best returns the best level of a side; ok is false when the side is empty.
func (b *Book) Best(side exchange.Side) (level exchange.Level, ok bool) { panic("in the works") }

// LevelQuantity returns the base quantity resting at a price, 0 where none does.
func (b *Book) LevelQuantity(side exchange.Side, price exchange.Amount) exchange.Amount {
	panic("in the works")
}

// Orders lists the book in price-time order: bids, best first, then asks. The
// book must not change meanwhile.
func (b *Book) Orders() iter.Seq[Resting] { panic("in the works") }

// Len returns the number of resting orders.
func (b *Book) Len() int { panic("in the works") }
