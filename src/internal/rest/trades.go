package rest

import "github.com/bitpin/exchange/src/internal/exchange"

const (
	usualRows = 500
	maxRows   = 1000
)

// trades answers with a market's latest trades.
func (c *call) trades() error {
	m := c.market()
	limit := c.limit(usualRows, maxRows)
	if err := c.params.err; err != nil {
		return err
	}
	trades, err := c.api.Books.MarketTrades(c.ctx, m.ID, limit)
	if err != nil {
		return err
	}
	c.out.open('[')
	for i := range trades {
		t := &trades[i]
		c.out.open('{')
		c.out.number("id", int64(t.ID))
		c.out.amount("price", t.Price)
		c.out.amount("qty", t.Quantity)
		c.out.amount("quoteQty", t.Quote)
		c.out.number("time", int64(t.At))
		c.out.boolean("isBuyerMaker", t.BuyerIsMaker())
		c.out.boolean("isBestMatch", true)
		c.out.close('}')
	}
	c.out.close(']')
	return c.answer()
}

// myTrades answers with the account's trades in a market.
func (c *call) myTrades() error {
	m := c.market()
	q := exchange.TradeQuery{Account: c.key.Account, Market: m.ID, Limit: c.limit(usualRows, maxRows)}
	q.Order = exchange.OrderID(c.integer("orderId", 0, 1, maxID))
	q.FromID = exchange.TradeID(c.integer("fromId", 0, 0, maxID))
	q.Start, q.End = c.period()
	if err := c.params.err; err != nil {
		return err
	}
	if q.Order == 0 {
		if err := c.charge(15); err != nil {
			return err
		}
	}
	trades, err := c.api.Books.AccountTrades(c.ctx, q)
	if err != nil {
		return err
	}
	c.out.open('[')
	for i := range trades {
		c.out.ownTrade(&trades[i], c.key.Account, &m)
	}
	c.out.close(']')
	return c.answer()
}

// ownTrade appends a trade as one of its two accounts sees it. No account trades
// with itself.
func (e *encoder) ownTrade(t *exchange.Trade, account exchange.AccountID, m *exchange.Market) {
	maker := t.MakerAccount == account
	order, side, fee := t.TakerOrder, t.TakerSide, t.TakerFee
	if maker {
		order, side, fee = t.MakerOrder, t.TakerSide.Opposite(), t.MakerFee
	}
	e.open('{')
	e.text("symbol", m.Symbol)
	e.number("id", int64(t.ID))
	e.number("orderId", int64(order))
	e.number("orderListId", -1)
	e.amount("price", t.Price)
	e.amount("qty", t.Quantity)
	e.amount("quoteQty", t.Quote)
	e.amount("commission", fee)
	e.text("commissionAsset", received(side, m))
	e.number("time", int64(t.At))
	e.boolean("isBuyer", side == exchange.Buy)
	e.boolean("isMaker", maker)
	e.boolean("isBestMatch", true)
	e.close('}')
}

// received returns the asset that a side receives, in which it pays its fee.
func received(side exchange.Side, m *exchange.Market) string {
	if side == exchange.Buy {
		return m.Base.Code
	}
	return m.Quote.Code
}
