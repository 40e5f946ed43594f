package matching

import "fmt"

// Check verifies how the book is built: rungs in order, no empty level, totals
// equal to their orders, links that agree in both directions, positions that name
// the right orders, and no place in a slab lost.
func (b *Book) Check() error {
	levels, orders := 0, 0
	for _, l := range []*ladder{&b.bids, &b.asks} {
		for i, r := range l.rungs {
			if i > 0 && l.rungs[i-1].key >= r.key {
				return fmt.Errorf("rung %d is not above the one before", i)
			}
			n, err := b.checkLevel(r)
			if err != nil {
				return err
			}
			levels, orders = levels+1, orders+n
		}
	}
	switch {
	case len(b.positions) != orders:
		return fmt.Errorf("%d positions for %d orders", len(b.positions), orders)
	case len(b.orders.items) != orders+len(b.orders.free):
		return fmt.Errorf("%d orders and %d free in a slab of %d", orders, len(b.orders.free), len(b.orders.items))
	case len(b.levels.items) != levels+len(b.levels.free):
		return fmt.Errorf("%d levels and %d free in a slab of %d", levels, len(b.levels.free), len(b.levels.items))
	}
	return nil
}

func (b *Book) checkLevel(r rung) (orders int, err error) {
	l := b.levels.at(r.level)
	if key(l.side, l.price) != r.key {
		return 0, fmt.Errorf("level %s is on the rung of key %d", l.price, r.key)
	}
	total, before := l.total, none
	for n := l.head; n != none; n = b.orders.at(n).next {
		o := b.orders.at(n)
		if o.prev != before || o.level != r.level || o.remaining <= 0 || b.positions[o.id] != n {
			return 0, fmt.Errorf("order %d at %s is badly linked: %+v", o.id, l.price, *o)
		}
		total -= o.remaining
		before = n
		orders++
	}
	if total != 0 || before != l.tail || orders == 0 {
		return 0, fmt.Errorf("level %s: %d orders, the tail is %d and not %d, the total is off by %s", l.price, orders, l.tail, before, total)
	}
	return orders, nil
}
