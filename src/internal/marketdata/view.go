package marketdata

import (
	"sync"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// MaxDepth is the largest number of levels a side that Depth returns.
const MaxDepth = 5000

// View implements exchange.MarketView. Any number of goroutines may read while one
// applies batches. A batch becomes visible as a whole, in all markets at once.
type View struct {
	mu    sync.RWMutex
	seq   exchange.Seq
	books map[exchange.MarketID]*book
}

type book struct {
	bids, asks side
	last       exchange.Amount
}

// New makes a view of empty books at sequence number 0. Markets that appear later
// need no announcement.
func New(markets []exchange.Market) *View {
	v := &View{books: make(map[exchange.MarketID]*book, len(markets))}
	for _, m := range markets {
		v.book(m.ID)
	}
	return v
}

// Reset replaces everything by the books at seq: all levels, in any order, and the
// last price of each market that has traded.
func (v *View) Reset(seq exchange.Seq, levels []exchange.LevelChange, last map[exchange.MarketID]exchange.Amount) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seq = seq
	for id := range v.books {
		v.books[id] = newBook()
	}
	v.change(levels)
	for id, price := range last {
		v.book(id).last = price
	}
}

// Apply brings the view to the end of a batch. Batches come in order; one that the
// view already holds is ignored. Sequence numbers may skip between batches.
func (v *View) Apply(b *exchange.Batch) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if b.Last <= v.seq {
		return
	}
	v.seq = b.Last
	v.change(b.Levels)
	for i := range b.Trades {
		v.book(b.Trades[i].Market).last = b.Trades[i].Price
	}
}

// Seq returns the sequence number up to which the view holds all commands.
func (v *View) Seq() exchange.Seq {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.seq
}

// Depth returns the best levels of both sides, at most limit (1 to MaxDepth) a
// side; a limit outside that range is brought into it. LastUpdateID is Seq. A
// market that is not known has an empty book.
func (v *View) Depth(market exchange.MarketID, limit int) exchange.Depth {
	limit = min(max(limit, 1), MaxDepth)
	v.mu.RLock()
	defer v.mu.RUnlock()
	b := v.books[market]
	if b == nil {
		b = &book{}
	}
	return exchange.Depth{LastUpdateID: v.seq, Bids: b.bids.top(limit), Asks: b.asks.top(limit)}
}

// Best returns the best level of each side; it is zero where a side is empty.
func (v *View) Best(market exchange.MarketID) (bid, ask exchange.Level) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if b := v.books[market]; b != nil {
		bid, ask = b.bids.best(), b.asks.best()
	}
	return bid, ask
}

// LastPrice returns the price of the market's latest trade, 0 before the first.
func (v *View) LastPrice(market exchange.MarketID) exchange.Amount {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if b := v.books[market]; b != nil {
		return b.last
	}
	return 0
}

// change applies absolute quantities. The lock must be held.
func (v *View) change(levels []exchange.LevelChange) {
	for _, l := range levels {
		b := v.book(l.Market)
		if l.Side == exchange.Buy {
			b.bids.set(l.Price, l.Quantity)
		} else {
			b.asks.set(l.Price, l.Quantity)
		}
	}
}

// book finds or makes a market's book. The lock must be held.
func (v *View) book(id exchange.MarketID) *book {
	b := v.books[id]
	if b == nil {
		b = newBook()
		v.books[id] = b
	}
	return b
}

func newBook() *book { return &book{bids: side{rising: true}} }
