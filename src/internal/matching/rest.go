package matching

import "github.com/bitpin/exchange/src/internal/exchange"

// Restore puts a stored order at the tail of its level. Within a level, orders
// must come in the order of their ids; levels may come in any order. Besides
// ErrMalformed, ErrOrderID and exchange.ErrOverflow as in Place, ErrCrossed says
// that the order would match, so what was stored cannot be a book.
func (b *Book) Restore(r Resting) error {
	if r.Side != exchange.Buy && r.Side != exchange.Sell {
		return ErrMalformed
	}
	if err := b.checkLimit(r.Price, r.Remaining); err != nil {
		return err
	}
	if b.crosses(r.Side, r.Price) {
		return ErrCrossed
	}
	p, err := b.room(r.Side, r.Price, r.Remaining)
	if err != nil {
		return err
	}
	if _, used := b.positions[r.ID]; used || r.ID <= 0 {
		return ErrOrderID
	}
	if p.found && b.orders.at(b.levels.at(p.level).tail).id > r.ID {
		return ErrOrderID
	}
	b.enter(p, r)
	b.last = max(b.last, r.ID)
	return nil
}

// checkLimit accepts a price and a quantity whose notional is exact and in range.
// Because the price then suits the lot, and makers are matched at their own price
// in multiples of the lot and never beyond their quantity, no later notional of
// this order can be inexact or out of range.
func (b *Book) checkLimit(price, quantity exchange.Amount) error {
	if price <= 0 || quantity <= 0 || price%b.priceStep != 0 || quantity%b.lot != 0 {
		return ErrMalformed
	}
	if _, err := exchange.Notional(price, quantity); err != nil {
		return exchange.ErrOverflow
	}
	return nil
}

// crosses reports whether an order would match at once.
func (b *Book) crosses(side exchange.Side, price exchange.Amount) bool {
	opposite := side.Opposite()
	rungs := b.side(opposite).rungs
	return len(rungs) > 0 && rungs[len(rungs)-1].key >= key(opposite, price)
}

// place is where an order can rest: the level's rung, or where to insert one.
type place struct {
	at    int
	found bool
	level int32
}

// room finds an order's place, and refuses it if the level's total would overflow.
func (b *Book) room(side exchange.Side, price, quantity exchange.Amount) (place, error) {
	ladder := b.side(side)
	p := place{level: none}
	p.at, p.found = ladder.find(key(side, price))
	if p.found {
		p.level = ladder.rungs[p.at].level
		if _, err := b.levels.at(p.level).total.Add(quantity); err != nil {
			return p, exchange.ErrOverflow
		}
	}
	return p, nil
}

// enter puts an order at the tail of its level.
func (b *Book) enter(p place, r Resting) {
	if !p.found {
		p.level = b.levels.take()
		*b.levels.at(p.level) = level{price: r.Price, head: none, tail: none, side: r.Side}
		b.side(r.Side).insert(p.at, rung{key(r.Side, r.Price), p.level})
	}
	n := b.orders.take()
	l := b.levels.at(p.level)
	*b.orders.at(n) = order{id: r.ID, account: r.Account, remaining: r.Remaining, level: p.level, prev: l.tail, next: none}
	if l.tail == none {
		l.head = n
	} else {
		b.orders.at(l.tail).next = n
	}
	l.tail = n
	l.total += r.Remaining
	b.positions[r.ID] = n
}
