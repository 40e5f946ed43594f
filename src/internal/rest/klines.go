package rest

import "github.com/bitpin/exchange/src/internal/exchange"

// klines answers with candles, each an array of twelve as Binance has it.
func (c *call) klines() error {
	m := c.market()
	q := exchange.CandleQuery{Market: m.ID, Interval: c.interval(), Limit: c.limit(usualRows, maxRows)}
	q.Start, q.End = c.period()
	if err := c.params.err; err != nil {
		return err
	}
	candles, err := c.api.Books.Candles(c.ctx, q)
	if err != nil {
		return err
	}
	c.out.open('[')
	for i := range candles {
		k := &candles[i]
		c.out.open('[')
		c.out.number("", int64(k.OpenTime))
		c.out.amount("", k.Open)
		c.out.amount("", k.High)
		c.out.amount("", k.Low)
		c.out.amount("", k.Close)
		c.out.amount("", k.Volume)
		c.out.number("", int64(k.CloseTime))
		c.out.amount("", k.QuoteVolume)
		c.out.number("", k.Trades)
		c.out.amount("", k.TakerBuyBase)
		c.out.amount("", k.TakerBuyQuote)
		c.out.text("", "0") // unused, by Binance's description
		c.out.close(']')
	}
	c.out.close(']')
	return c.answer()
}
