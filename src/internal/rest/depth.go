package rest

import "github.com/bitpin/exchange/src/internal/exchange"

const maxDepth = 5000 // price levels of a side

// depth answers with the book by price level.
func (c *call) depth() error {
	m := c.market()
	limit := c.limit(100, maxDepth)
	if err := c.params.err; err != nil {
		return err
	}
	if err := c.charge(depthWeight(limit) - c.endpoint.weight); err != nil {
		return err
	}
	d := c.api.View.Depth(m.ID, limit)
	c.out.open('{')
	c.out.number("lastUpdateId", int64(d.LastUpdateID))
	c.out.levels("bids", d.Bids)
	c.out.levels("asks", d.Asks)
	c.out.close('}')
	return c.answer()
}

func depthWeight(limit int) int {
	switch {
	case limit <= 100:
		return 5
	case limit <= 500:
		return 25
	case limit <= 1000:
		return 50
	}
	return 250
}

func (e *encoder) levels(name string, levels []exchange.Level) {
	e.openMember(name, '[')
	for _, level := range levels {
		e.open('[')
		e.amount("", level.Price)
		e.amount("", level.Quantity)
		e.close(']')
	}
	e.close(']')
}
