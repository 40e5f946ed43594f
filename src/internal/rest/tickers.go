package rest

import (
	"math/big"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// manyWeight is what the tickers of a list of markets cost.
func manyWeight(markets int) int {
	switch {
	case markets <= 20:
		return 2
	case markets <= 100:
		return 40
	}
	return 80
}

// ticker24h answers with the last 24 hours of one market, several or all.
func (c *call) ticker24h() error {
	markets, one := c.markets()
	kind, sent := c.params.value("type")
	if sent && kind != "FULL" && kind != "MINI" {
		c.fail(errInvalid("type", "it must be FULL or MINI"))
	}
	if err := c.params.err; err != nil {
		return err
	}
	if err := c.charge(manyWeight(len(markets)) - c.endpoint.weight); err != nil {
		return err
	}
	ids := make([]exchange.MarketID, len(markets))
	for i := range markets {
		ids[i] = markets[i].ID
	}
	tickers, err := c.api.Books.Tickers(c.ctx, ids)
	if err != nil {
		return err
	}
	return c.answerEach(markets, one, func(i int) { c.ticker(&markets[i], &tickers[i], kind != "MINI") })
}

func (c *call) ticker(m *exchange.Market, t *exchange.Ticker, full bool) {
	c.out.open('{')
	c.out.text("symbol", m.Symbol)
	if full {
		bid, ask := c.api.View.Best(m.ID)
		c.out.amount("priceChange", t.Last-t.Open)
		c.out.text("priceChangePercent", percentOf(t.Last-t.Open, t.Open))
		c.out.amount("weightedAvgPrice", average(t.QuoteVolume, t.Volume))
		c.out.amount("prevClosePrice", t.Open)
		c.out.amount("lastQty", t.LastQuantity)
		c.out.amount("bidPrice", bid.Price)
		c.out.amount("bidQty", bid.Quantity)
		c.out.amount("askPrice", ask.Price)
		c.out.amount("askQty", ask.Quantity)
	}
	c.out.amount("openPrice", t.Open)
	c.out.amount("highPrice", t.High)
	c.out.amount("lowPrice", t.Low)
	c.out.amount("lastPrice", t.Last)
	c.out.amount("volume", t.Volume)
	c.out.amount("quoteVolume", t.QuoteVolume)
	c.out.number("openTime", int64(t.OpenTime))
	c.out.number("closeTime", int64(t.CloseTime))
	c.out.number("firstId", int64(t.FirstTrade))
	c.out.number("lastId", int64(t.LastTrade))
	c.out.number("count", t.Trades)
	c.out.close('}')
}

// tickerPrice answers with last prices.
func (c *call) tickerPrice() error {
	markets, one := c.markets()
	if err := c.chargeList(one); err != nil {
		return err
	}
	return c.answerEach(markets, one, func(i int) {
		c.out.open('{')
		c.out.text("symbol", markets[i].Symbol)
		c.out.amount("price", c.api.View.LastPrice(markets[i].ID))
		c.out.close('}')
	})
}

// bookTicker answers with the best prices on the books.
func (c *call) bookTicker() error {
	markets, one := c.markets()
	if err := c.chargeList(one); err != nil {
		return err
	}
	return c.answerEach(markets, one, func(i int) {
		bid, ask := c.api.View.Best(markets[i].ID)
		c.out.open('{')
		c.out.text("symbol", markets[i].Symbol)
		c.out.amount("bidPrice", bid.Price)
		c.out.amount("bidQty", bid.Quantity)
		c.out.amount("askPrice", ask.Price)
		c.out.amount("askQty", ask.Quantity)
		c.out.close('}')
	})
}

// chargeList reports what is wrong with the parameters; a list costs 2 more than
// one market.
func (c *call) chargeList(one bool) error {
	if c.params.err != nil || one {
		return c.params.err
	}
	return c.charge(2)
}

// answerEach answers with an object if one market was asked for, else with an array.
func (c *call) answerEach(markets []exchange.Market, one bool, encode func(i int)) error {
	if !one {
		c.out.open('[')
	}
	for i := range markets {
		encode(i)
	}
	if !one {
		c.out.close(']')
	}
	return c.answer()
}

// percentOf returns part as a percentage of whole, to three decimals, rounded half
// away from zero.
func percentOf(part, whole exchange.Amount) string {
	if whole == 0 {
		return "0.000"
	}
	ratio := big.NewRat(int64(part), int64(whole))
	return ratio.Mul(ratio, big.NewRat(100, 1)).FloatString(3)
}

// average returns quote/base, rounded down to a unit.
func average(quote, base exchange.Amount) exchange.Amount {
	if base == 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(int64(quote)), big.NewInt(int64(exchange.Unit)))
	if n.Quo(n, big.NewInt(int64(base))); !n.IsInt64() {
		return exchange.MaxAmount
	}
	return exchange.Amount(n.Int64())
}
