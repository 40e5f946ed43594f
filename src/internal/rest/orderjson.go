package rest

import (
	"cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// placed appends the answer to a new order.
func (e *encoder) placed(form *orderForm, outcome *exchange.Outcome) {
	o := &outcome.Orders[0]
	e.open('{')
	e.orderNames(o, &form.market)
	e.number("transactTime", int64(outcome.At))
	if form.response != responseAck {
		e.orderState(o)
		e.number("workingTime", int64(o.CreatedAt))
		if form.response == responseFull {
			e.fills(outcome.Trades, &form.market)
		}
		e.text("selfTradePreventionMode", o.SelfTrade.String())
	}
	e.close('}')
}

func (e *encoder) orderNames(o *exchange.Order, m *exchange.Market) {
	e.text("symbol", m.Symbol)
	e.number("orderId", int64(o.ID))
	e.number("orderListId", -1)
	e.text("clientOrderId", o.ClientID)
}

// orderState appends what all descriptions of an order have in common.
func (e *encoder) orderState(o *exchange.Order) {
	e.amount("price", o.Price)
	e.amount("origQty", quantityOf(o))
	e.amount("executedQty", o.Executed)
	e.amount("origQuoteOrderQty", o.QuoteQuantity)
	e.amount("cummulativeQuoteQty", o.CumulativeQuote) // with Binance's spelling
	e.text("status", o.Status.String())
	e.text("timeInForce", cmp.Or(o.TimeInForce.String(), exchange.GTC.String()))
	e.text("type", o.Type.String())
	e.text("side", o.Side.String())
}

// quantityOf returns an order's quantity; as Binance has it, that of an order by
// quote quantity is what was executed.
func quantityOf(o *exchange.Order) exchange.Amount {
	if o.QuoteQuantity != 0 {
		return o.Executed
	}
	return o.Quantity
}

// fills appends the trades of an order as it arrived: it was the taker.
func (e *encoder) fills(trades []exchange.Trade, m *exchange.Market) {
	e.openMember("fills", '[')
	for i := range trades {
		t := &trades[i]
		e.open('{')
		e.amount("price", t.Price)
		e.amount("qty", t.Quantity)
		e.amount("commission", t.TakerFee)
		e.text("commissionAsset", received(t.TakerSide, m))
		e.number("tradeId", int64(t.ID))
		e.close('}')
	}
	e.close(']')
}

// order appends an order as it is now.
func (e *encoder) order(o *exchange.Order, m *exchange.Market) {
	e.open('{')
	e.orderNames(o, m)
	e.orderState(o)
	e.amount("stopPrice", 0)
	e.amount("icebergQty", 0)
	e.number("time", int64(o.CreatedAt))
	e.number("updateTime", int64(o.UpdatedAt))
	e.boolean("isWorking", true)
	e.number("workingTime", int64(o.CreatedAt))
	e.text("selfTradePreventionMode", o.SelfTrade.String())
	e.close('}')
}

// cancelled appends an order that was cancelled, under the cancellation's own id.
func (e *encoder) cancelled(o *exchange.Order, m *exchange.Market, id string, at exchange.Millis) {
	e.open('{')
	e.text("symbol", m.Symbol)
	e.text("origClientOrderId", o.ClientID)
	e.number("orderId", int64(o.ID))
	e.number("orderListId", -1)
	e.text("clientOrderId", id)
	e.number("transactTime", int64(at))
	e.orderState(o)
	e.text("selfTradePreventionMode", o.SelfTrade.String())
	e.close('}')
}
