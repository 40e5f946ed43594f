package rest

import (
	"slices"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// newOrderParams are those of a new order. The last three are Binance's for orders
// that are not offered here; they get an answer that says so.
var newOrderParams = []string{
	"symbol", "side", "type", "timeInForce", "quantity", "quoteOrderQty", "price",
	"newClientOrderId", "selfTradePreventionMode", "newOrderRespType",
	"stopPrice", "trailingDelta", "icebergQty",
}

// notOffered are Binance's order types that we do not have.
var notOffered = []string{"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}

const (
	clientIDBytes = 16 // random, in an id that we make: 22 characters
	maxClientID   = 36
)

// orderForm is a new order as a client describes it.
type orderForm struct {
	market   exchange.Market
	order    exchange.NewOrder
	response string // ACK, RESULT or FULL
}

// orderForm reads a new order and applies the market's filters to it.
func (c *call) orderForm() (orderForm, error) {
	f := orderForm{market: c.market()}
	f.order.Side = c.side()
	f.order.Type = c.orderType()
	if c.params.err == nil {
		c.sizes(&f.order)
	}
	f.order.SelfTrade = c.selfTrade()
	f.order.ClientID = c.clientID("newClientOrderId")
	f.response = c.responseType(f.order.Type)
	if c.params.err == nil {
		c.fail(checkFilters(&f.market, &f.order))
	}
	return f, c.params.err
}

func (c *call) side() exchange.Side {
	side, ok := exchange.ParseSide(c.needed("side"))
	if !ok {
		c.fail(errSide)
	}
	return side
}

func (c *call) orderType() exchange.OrderType {
	text := c.needed("type")
	if slices.Contains(notOffered, text) {
		c.fail(errNotOffered("type", text))
	}
	kind, ok := exchange.ParseOrderType(text)
	if !ok {
		c.fail(errOrderType)
	}
	return kind
}

// sizes reads prices, quantities and the time in force, which depend on the type.
func (c *call) sizes(o *exchange.NewOrder) {
	o.TimeInForce = exchange.GTC
	switch o.Type {
	case exchange.MarketOrder:
		c.unwanted("price", "timeInForce")
		switch {
		case c.has("quoteOrderQty"):
			c.unwanted("quantity")
			o.QuoteQuantity = c.amount("quoteOrderQty")
		case c.has("quantity"):
			o.Quantity = c.amount("quantity")
		default:
			c.fail(errNoQuantity)
		}
	case exchange.LimitMaker:
		c.unwanted("timeInForce", "quoteOrderQty")
		o.Quantity, o.Price = c.amount("quantity"), c.amount("price")
	default:
		c.unwanted("quoteOrderQty")
		o.TimeInForce = c.timeInForce()
		o.Quantity, o.Price = c.amount("quantity"), c.amount("price")
	}
	if c.has("icebergQty") {
		c.fail(errNotOffered("icebergQty", "Iceberg"))
	}
	if c.has("trailingDelta") {
		c.fail(errNotOffered("trailingDelta", "Trailing stop"))
	}
	c.unwanted("stopPrice")
}

// unwanted refuses parameters that do not go with the order's type.
func (c *call) unwanted(names ...string) {
	for _, name := range names {
		if c.has(name) {
			c.fail(errNotRequired(name))
		}
	}
}

func (c *call) timeInForce() exchange.TimeInForce {
	tif, ok := exchange.ParseTimeInForce(c.needed("timeInForce"))
	if !ok {
		c.fail(errTIF)
	}
	return tif
}

func (c *call) selfTrade() exchange.SelfTradePrevention {
	text, sent := c.params.value("selfTradePreventionMode")
	if !sent {
		return exchange.ExpireMaker
	}
	mode, ok := exchange.ParseSelfTradePrevention(text)
	if !ok {
		c.fail(errInvalid("selfTradePreventionMode", "it must be EXPIRE_TAKER, EXPIRE_MAKER or EXPIRE_BOTH"))
	}
	return mode
}

// clientID returns the client's own id for an order, or one of ours.
func (c *call) clientID(name string) string {
	text, sent := c.params.value(name)
	switch {
	case !sent:
		return credential.NewToken(clientIDBytes)
	case !validClientID(text):
		c.fail(errMalformed(name, `it must match ^[\.A-Z\:/a-z0-9_-]{1,36}$`))
	}
	return text
}

func validClientID(text string) bool {
	for i := range len(text) {
		switch ch := text[i]; {
		case ch >= '-' && ch <= ':': // - . / and digits
		case ch >= 'A' && ch <= 'Z', ch >= 'a' && ch <= 'z', ch == '_':
		default:
			return false
		}
	}
	return text != "" && len(text) <= maxClientID
}

// responseType returns how much the answer shall tell.
func (c *call) responseType(kind exchange.OrderType) string {
	text, sent := c.params.value("newOrderRespType")
	switch {
	case !sent && kind == exchange.LimitMaker:
		return responseAck
	case !sent:
		return responseFull
	case text != responseAck && text != responseResult && text != responseFull:
		c.fail(errInvalid("newOrderRespType", "it must be ACK, RESULT or FULL"))
	}
	return text
}

// checkFilters applies what can be told without the book. The writer checks again.
func checkFilters(m *exchange.Market, o *exchange.NewOrder) error {
	switch {
	case o.QuoteQuantity != 0:
		return m.CheckNotional(o.QuoteQuantity)
	case o.Type == exchange.MarketOrder:
		return m.CheckQuantity(o.Quantity)
	}
	if err := m.CheckPrice(o.Price); err != nil {
		return err
	}
	if err := m.CheckQuantity(o.Quantity); err != nil {
		return err
	}
	notional, err := exchange.Notional(o.Price, o.Quantity)
	if err != nil {
		return exchange.ErrOverflow
	}
	return m.CheckNotional(notional)
}
