package flow

// market is a plain model of a book: enough to know where the best prices are and
// what a correct book does with the flow.
type market struct {
	queues  [2]map[int64][]*resting // by price; bids, asks
	top     [2]int64                // best price of a side that is not empty
	orders  map[int64]*resting
	resting int64
	outcome Outcome
}

type resting struct{ id, left int64 } // left is 0 once the order is gone

func newMarket() *market {
	return &market{queues: [2]map[int64][]*resting{{}, {}}, orders: map[int64]*resting{}}
}

func side(buy bool) int {
	if buy {
		return 0
	}
	return 1
}

// worse is the direction away from the best price.
func worse(buy bool) int64 {
	if buy {
		return -1
	}
	return 1
}

// best returns the best price of a side.
func (m *market) best(buy bool) (price int64, ok bool) {
	return m.top[side(buy)], len(m.queues[side(buy)]) > 0
}

// apply executes a command and reports whether it left an order in the book.
func (m *market) apply(c Command) (rested bool) {
	if c.Kind == Cancel {
		if o := m.orders[c.ID]; o != nil {
			m.drop(c.Buy, c.Price, o)
			m.outcome.Cancelled++
		}
		return false
	}
	left := m.match(c)
	if c.Kind != Limit || left == 0 {
		return false
	}
	o := &resting{id: c.ID, left: left}
	s := side(c.Buy)
	if top, ok := m.best(c.Buy); !ok || (c.Price-top)*worse(c.Buy) < 0 {
		m.top[s] = c.Price
	}
	m.queues[s][c.Price] = append(m.queues[s][c.Price], o)
	m.orders[c.ID] = o
	m.resting++
	return true
}

func (m *market) match(c Command) (left int64) {
	left = c.Quantity
	for left > 0 {
		price, ok := m.best(!c.Buy)
		if !ok || (c.Kind != Market && (price-c.Price)*worse(!c.Buy) > 0) {
			break
		}
		maker := m.queues[side(!c.Buy)][price][0]
		traded := min(left, maker.left)
		left -= traded
		maker.left -= traded
		m.outcome.Fills++
		m.outcome.Volume += traded
		if maker.left == 0 {
			m.drop(!c.Buy, price, maker)
		}
	}
	return left
}

// drop takes an order out, and moves the best price if its level is empty now.
func (m *market) drop(buy bool, price int64, o *resting) {
	levels := m.queues[side(buy)]
	queue := levels[price]
	for i := range queue {
		if queue[i] == o {
			queue = append(queue[:i], queue[i+1:]...)
			break
		}
	}
	levels[price] = queue
	delete(m.orders, o.id)
	m.resting--
	if len(queue) > 0 {
		return
	}
	delete(levels, price)
	if len(levels) == 0 || m.top[side(buy)] != price {
		return
	}
	for len(levels[price]) == 0 {
		price += worse(buy)
	}
	m.top[side(buy)] = price
}
