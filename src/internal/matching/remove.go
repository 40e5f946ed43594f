package matching

import "github.com/bitpin/exchange/src/internal/exchange"

// Cancel takes an order out of the book and returns what was left of it; ok is
// false when it is not there.
func (b *Book) Cancel(id exchange.OrderID) (remaining exchange.Amount, ok bool) {
	n, ok := b.positions[id]
	if !ok {
		return 0, false
	}
	delete(b.positions, id)
	o := b.orders.at(n)
	l := b.levels.at(o.level)
	if o.prev == none {
		l.head = o.next
	} else {
		b.orders.at(o.prev).next = o.next
	}
	if o.next == none {
		l.tail = o.prev
	} else {
		b.orders.at(o.next).prev = o.prev
	}
	l.total -= o.remaining
	if l.head == none {
		ladder := b.side(l.side)
		at, _ := ladder.find(key(l.side, l.price))
		ladder.remove(at)
		b.levels.put(o.level)
	}
	b.orders.put(n)
	return o.remaining, true
}

// take carries out a plan on the makers' side.
func (b *Book) take(side exchange.Side, p *plan) {
	ladder := b.side(side)
	for left := p.leaving; left > 0; {
		top := len(ladder.rungs) - 1
		position := ladder.rungs[top].level
		l := b.levels.at(position)
		for ; left > 0 && l.head != none; left-- {
			n := l.head
			o := b.orders.at(n)
			delete(b.positions, o.id)
			l.total -= o.remaining
			l.head = o.next
			b.orders.put(n)
		}
		if l.head == none {
			ladder.rungs = ladder.rungs[:top]
			b.levels.put(position)
		} else {
			b.orders.at(l.head).prev = none
		}
	}
	if p.part > 0 {
		l := b.levels.at(ladder.rungs[len(ladder.rungs)-1].level)
		l.total -= p.part
		b.orders.at(l.head).remaining -= p.part
	}
}
