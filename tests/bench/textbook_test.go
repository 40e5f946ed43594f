package bench

import (
	"container/list"

	"github.com/google/btree"

	"github.com/bitpin/exchange/src/lab/flow"
)

// textbook is the book that most tutorials build, from a library of trees and
// the standard library: a tree of levels a side, a linked list of orders a level,
// a map to find orders by id. It checks nothing: no self-trades, no overflow, no
// notionals.
type textbook struct {
	bids, asks *btree.BTreeG[*textLevel] // the best level is the smallest
	orders     map[int64]*list.Element
}

type textLevel struct {
	price  int64
	orders *list.List // of *textOrder
}

type textOrder struct {
	id, left int64
	level    *textLevel
}

func newTextbook() *textbook {
	const degree = 32
	return &textbook{
		bids:   btree.NewG(degree, func(a, b *textLevel) bool { return a.price > b.price }),
		asks:   btree.NewG(degree, func(a, b *textLevel) bool { return a.price < b.price }),
		orders: map[int64]*list.Element{},
	}
}

func (t *textbook) side(buy bool) *btree.BTreeG[*textLevel] {
	if buy {
		return t.bids
	}
	return t.asks
}

func (t *textbook) resting() int64 { return int64(len(t.orders)) }

func (t *textbook) place(c *flow.Command) (fills, lots int64) {
	left := c.Quantity
	makers := t.side(!c.Buy)
	for left > 0 {
		level, ok := makers.Min()
		if !ok || c.Kind != flow.Market && (c.Buy && level.price > c.Price || !c.Buy && level.price < c.Price) {
			break
		}
		first := level.orders.Front()
		maker := first.Value.(*textOrder)
		traded := min(left, maker.left)
		left -= traded
		maker.left -= traded
		fills++
		lots += traded
		if maker.left == 0 {
			t.remove(!c.Buy, first)
		}
	}
	if c.Kind == flow.Limit && left > 0 {
		t.rest(c, left)
	}
	return fills, lots
}

func (t *textbook) rest(c *flow.Command, left int64) {
	side := t.side(c.Buy)
	level, ok := side.Get(&textLevel{price: c.Price})
	if !ok {
		level = &textLevel{price: c.Price, orders: list.New()}
		side.ReplaceOrInsert(level)
	}
	t.orders[c.ID] = level.orders.PushBack(&textOrder{id: c.ID, left: left, level: level})
}

func (t *textbook) cancel(c *flow.Command) bool {
	order, ok := t.orders[c.ID]
	if ok {
		t.remove(c.Buy, order)
	}
	return ok
}

func (t *textbook) remove(buy bool, order *list.Element) {
	o := order.Value.(*textOrder)
	o.level.orders.Remove(order)
	delete(t.orders, o.id)
	if o.level.orders.Len() == 0 {
		t.side(buy).Delete(o.level)
	}
}
