package matching_test

import (
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

// A sequence of commands is written as bytes, so that the property test and the
// fuzzer share it: one byte that chooses the market, then commandSize bytes a
// command. All bytes mean something.
const commandSize = 8

// testMarket is a lot with a price step that suits it.
type testMarket struct{ lot, tick exchange.Amount }

var testMarkets = []testMarket{
	{exchange.MustAmount("0.001"), exchange.MustAmount("0.01")},
	{exchange.MustAmount("0.00001"), exchange.MustAmount("0.001")},
	{exchange.MustAmount("0.00000001"), exchange.MustAmount("1")},
	{exchange.MustAmount("100"), exchange.MustAmount("0.00000001")},
	{exchange.MustAmount("0.3"), exchange.MustAmount("0.0000001")},
}

// command is one step: an order unless it is one of the other two.
type command struct {
	cancel  exchange.OrderID // if not 0
	rebuild bool             // go on with a book restored from the orders of this one
	order   matching.Incoming
}

func (c command) String() string {
	switch {
	case c.rebuild:
		return "rebuild"
	case c.cancel != 0:
		return fmt.Sprintf("cancel #%d", c.cancel)
	}
	o := &c.order
	return fmt.Sprintf("#%d account %d: %s %s %s %s price %s quantity %s quote %s budget %s", o.ID, o.Account,
		o.Side, o.Type, o.TimeInForce, o.SelfTrade, o.Price, o.Quantity, o.QuoteQuantity, o.Budget)
}

// decode reads a sequence. Few prices, quantities and accounts make orders meet.
func decode(data []byte) (m testMarket, commands []command) {
	if len(data) == 0 {
		return testMarkets[0], nil
	}
	m = testMarkets[int(data[0])%len(testMarkets)]
	id := exchange.OrderID(0)
	for data = data[1:]; len(data) >= commandSize; data = data[commandSize:] {
		switch kind := data[0] % 32; {
		case kind < 8:
			commands = append(commands, command{cancel: 1 + exchange.OrderID(data[1])%(id+1)})
		case kind == 8:
			commands = append(commands, command{rebuild: true})
		default:
			id++
			commands = append(commands, command{order: decodeOrder(m, id, data[:commandSize])})
		}
	}
	return m, commands
}

func decodeOrder(m testMarket, id exchange.OrderID, b []byte) matching.Incoming {
	o := matching.Incoming{
		ID:          id,
		Account:     1 + exchange.AccountID(b[1]%4),
		Side:        exchange.Buy + exchange.Side(b[1]>>2%2),
		Type:        exchange.Limit,
		TimeInForce: exchange.GTC + exchange.TimeInForce(b[2]%3),
		SelfTrade:   exchange.ExpireTaker + exchange.SelfTradePrevention(b[2]>>4%3),
		Price:       exchange.Amount(1+b[3]%8) * m.tick,
		Quantity:    exchange.Amount(1+b[4]%8) * m.lot,
		Budget:      exchange.MaxAmount,
	}
	if b[1]&0x80 != 0 {
		o.TimeInForce = exchange.GTC // most orders, or the book stays empty
	}
	switch b[5] % 8 {
	case 0:
		o.Type = exchange.LimitMaker
	case 1:
		o.Type, o.Price = exchange.MarketOrder, 0
	case 2:
		// Not a multiple of anything.
		quote, _ := cost(o.Price, o.Quantity)
		o.QuoteQuantity = exchange.Amount(quote.Int64())*exchange.Amount(1+b[6]%4) + exchange.Amount(b[6]>>2)
		o.Type, o.Price, o.Quantity = exchange.MarketOrder, 0, 0
	}
	if b[6]%4 == 0 {
		quote, _ := cost(m.tick, m.lot)
		o.Budget = exchange.Amount(quote.Int64()) * exchange.Amount(b[4]) // often too small
		if o.Side == exchange.Sell {
			o.Budget = m.lot * exchange.Amount(b[4]%16)
		}
	}
	distort(m, &o, b[7])
	return o
}

// distort makes few orders extreme or bad.
func distort(m testMarket, o *matching.Incoming, how byte) {
	const half = exchange.MaxAmount / 2
	switch how {
	case 0, 1, 2, 3, 4, 5:
		if o.Quantity > 0 {
			o.Quantity = half - half%m.lot
		}
	case 6, 7, 8, 9, 10, 11:
		if o.Price > 0 {
			o.Price = half - half%m.tick
		}
	case 12, 13:
		if o.QuoteQuantity > 0 {
			o.QuoteQuantity = exchange.MaxAmount
		}
	case 14:
		o.ID--
	case 15:
		o.Side = 0
	case 16:
		o.Type = 4
	case 17:
		o.SelfTrade = 0
	case 18:
		o.TimeInForce = 0
	case 19:
		o.Quantity = -o.Quantity
	case 20:
		o.Quantity += m.lot / 2
	case 21:
		o.Price++
	case 22:
		o.Price = -o.Price
	case 23:
		o.QuoteQuantity++
	case 24:
		o.Quantity, o.QuoteQuantity = 0, 0
	case 25:
		o.QuoteQuantity = -o.QuoteQuantity
	}
}
