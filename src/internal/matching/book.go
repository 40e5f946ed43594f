package matching

import (
	"fmt"
	"iter"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Book is the order book of one market. Make it with New.
//
// Orders and levels live in slabs and refer to each other by position: a book of
// any size is a handful of objects without pointers to the garbage collector, and
// nothing is allocated once the slabs have grown to the size of the market.
type Book struct {
	lot       exchange.Amount
	priceStep exchange.Amount // price × lot is a whole unit exactly for multiples of this
	last      exchange.OrderID
	bids      ladder
	asks      ladder
	levels    slab[level]
	orders    slab[order]
	positions map[exchange.OrderID]int32 // in orders
	preview   Result
}

// order is a resting order, linked to its neighbours of the same level.
type order struct {
	id         exchange.OrderID
	account    exchange.AccountID
	remaining  exchange.Amount
	level      int32
	prev, next int32
}

// level is the queue of the orders at one price, the oldest at the head.
type level struct {
	price      exchange.Amount
	total      exchange.Amount
	head, tail int32
	side       exchange.Side
}

// New makes an empty book; lot is the market's quantity step. It panics unless
// the lot is > 0.
func New(lot exchange.Amount) *Book {
	if lot <= 0 {
		panic(fmt.Sprintf("matching: a lot of %s", lot))
	}
	return &Book{
		lot: lot, priceStep: exchange.Unit / gcd(lot, exchange.Unit),
		positions: map[exchange.OrderID]int32{},
	}
}

func gcd(a, b exchange.Amount) exchange.Amount {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (b *Book) side(s exchange.Side) *ladder {
	if s == exchange.Buy {
		return &b.bids
	}
	return &b.asks
}

// Best returns the best level of a side; ok is false when the side is empty.
func (b *Book) Best(side exchange.Side) (best exchange.Level, ok bool) {
	rungs := b.side(side).rungs
	if len(rungs) == 0 {
		return exchange.Level{}, false
	}
	l := b.levels.at(rungs[len(rungs)-1].level)
	return exchange.Level{Price: l.price, Quantity: l.total}, true
}

// LevelQuantity returns the base quantity resting at a price, 0 where none does.
func (b *Book) LevelQuantity(side exchange.Side, price exchange.Amount) exchange.Amount {
	ladder := b.side(side)
	at, found := ladder.find(key(side, price))
	if !found {
		return 0
	}
	return b.levels.at(ladder.rungs[at].level).total
}

// Len returns the number of resting orders.
func (b *Book) Len() int { return len(b.positions) }

// Orders lists the book in price-time order: bids, best first, then asks. The
// book must not change meanwhile.
func (b *Book) Orders() iter.Seq[Resting] {
	return func(yield func(Resting) bool) {
		for _, side := range [...]exchange.Side{exchange.Buy, exchange.Sell} {
			rungs := b.side(side).rungs
			for i := len(rungs) - 1; i >= 0; i-- {
				l := b.levels.at(rungs[i].level)
				for n := l.head; n != none; {
					o := b.orders.at(n)
					if !yield(Resting{ID: o.id, Account: o.account, Side: side, Price: l.price, Remaining: o.remaining}) {
						return
					}
					n = o.next
				}
			}
		}
	}
}
