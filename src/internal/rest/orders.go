package rest

import (
	"errors"
	"strconv"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// How much the answer to a new order tells.
const (
	responseAck    = "ACK"
	responseResult = "RESULT"
	responseFull   = "FULL"
)

const maxID = int64(exchange.MaxAmount) // any id

var errNoOutcome = errors.New("the writer's outcome lacks the order")

// placeOrder has the writer place an order. The answer is durable.
func (c *call) placeOrder() error {
	form, err := c.orderForm()
	if err != nil {
		return err
	}
	if err := c.countOrder(); err != nil {
		return err
	}
	outcome, err := c.api.Trading.Submit(c.r.Context(), exchange.Command{
		Kind: exchange.PlaceOrder, Account: c.key.Account, Market: form.market.ID, Order: form.order,
	})
	if err != nil {
		return err
	}
	if len(outcome.Orders) != 1 {
		return errNoOutcome
	}
	c.out.placed(&form, &outcome)
	return c.answer()
}

// testOrder checks a new order and does nothing.
func (c *call) testOrder() error {
	if _, err := c.orderForm(); err != nil {
		return err
	}
	return c.ping()
}

// countOrder counts a new order against its account.
func (c *call) countOrder() error {
	verdict := c.api.orders.take(c.key.Account, 1, c.now)
	c.w.Header()["X-Mbx-Order-Count-10s"] = []string{strconv.Itoa(verdict.spent)}
	if verdict.wait == 0 {
		return nil
	}
	c.retryAfter(verdict.wait)
	return errOrderRate(c.api.OrderLimit)
}

// orderRef reads which order is meant.
func (c *call) orderRef() exchange.OrderRef {
	ref := exchange.OrderRef{ID: exchange.OrderID(c.integer("orderId", 0, 1, maxID))}
	if c.has("origClientOrderId") {
		ref.ClientID = c.clientID("origClientOrderId")
	}
	if ref == (exchange.OrderRef{}) {
		c.fail(errNoOrderRef)
	}
	return ref
}

func (c *call) getOrder() error {
	m, ref := c.market(), c.orderRef()
	if err := c.params.err; err != nil {
		return err
	}
	o, err := c.api.Books.Order(c.ctx, c.key.Account, m.ID, ref)
	if err != nil {
		return err
	}
	c.out.order(&o, &m)
	return c.answer()
}

// openOrders answers with the account's open orders in one market or in all.
func (c *call) openOrders() error {
	var m exchange.Market // 0: all
	if c.has("symbol") {
		m = c.market()
	}
	if err := c.params.err; err != nil {
		return err
	}
	if m.ID == 0 {
		if err := c.charge(74); err != nil {
			return err
		}
	}
	orders, err := c.api.Books.OpenOrders(c.ctx, c.key.Account, m.ID)
	if err != nil {
		return err
	}
	return c.answerOrders(orders)
}

func (c *call) allOrders() error {
	q := exchange.OrderQuery{Account: c.key.Account, Market: c.market().ID, Limit: c.limit(usualRows, maxRows)}
	q.FromID = exchange.OrderID(c.integer("orderId", 0, 0, maxID))
	q.Start, q.End = c.period()
	if err := c.params.err; err != nil {
		return err
	}
	orders, err := c.api.Books.Orders(c.ctx, q)
	if err != nil {
		return err
	}
	return c.answerOrders(orders)
}

func (c *call) answerOrders(orders []exchange.Order) error {
	c.out.open('[')
	for i := range orders {
		m, _ := c.api.Catalog.MarketByID(orders[i].Market)
		c.out.order(&orders[i], &m)
	}
	c.out.close(']')
	return c.answer()
}

// cancelOrder takes an open order out of the book.
func (c *call) cancelOrder() error {
	m, ref := c.market(), c.orderRef()
	id := c.clientID("newClientOrderId") // of the cancellation
	if err := c.params.err; err != nil {
		return err
	}
	outcome, err := c.api.Trading.Submit(c.r.Context(), exchange.Command{
		Kind: exchange.CancelOrder, Account: c.key.Account, Market: m.ID, Ref: ref,
	})
	if err != nil {
		return err
	}
	if len(outcome.Orders) != 1 {
		return errNoOutcome
	}
	c.out.cancelled(&outcome.Orders[0], &m, id, outcome.At)
	return c.answer()
}

// cancelOpenOrders takes all open orders in a market out of its book.
func (c *call) cancelOpenOrders() error {
	m := c.market()
	id := c.clientID("") // nothing names it, so it is one of ours
	if err := c.params.err; err != nil {
		return err
	}
	outcome, err := c.api.Trading.Submit(c.r.Context(), exchange.Command{
		Kind: exchange.CancelAllOrders, Account: c.key.Account, Market: m.ID,
	})
	if err != nil {
		return err
	}
	c.out.open('[')
	for i := range outcome.Orders {
		c.out.cancelled(&outcome.Orders[i], &m, id, outcome.At)
	}
	c.out.close(']')
	return c.answer()
}
