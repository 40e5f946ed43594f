package stream

import "github.com/bitpin/exchange/src/internal/exchange"

type tradeEvent struct {
	Event        string           `json:"e"`
	Time         exchange.Millis  `json:"E"`
	Symbol       string           `json:"s"`
	ID           exchange.TradeID `json:"t"`
	Price        exchange.Amount  `json:"p"`
	Quantity     exchange.Amount  `json:"q"`
	BuyerOrder   exchange.OrderID `json:"b"`
	SellerOrder  exchange.OrderID `json:"a"`
	TradeTime    exchange.Millis  `json:"T"`
	BuyerIsMaker bool             `json:"m"`
	Ignore       bool             `json:"M"` // keeps case-insensitive parsers off "m"
}

func tradeEventOf(symbol string, t *exchange.Trade, now exchange.Millis) tradeEvent {
	buyer, seller := t.TakerOrder, t.MakerOrder
	if t.BuyerIsMaker() {
		buyer, seller = seller, buyer
	}
	return tradeEvent{
		Event: "trade", Time: now, Symbol: symbol, ID: t.ID, Price: t.Price, Quantity: t.Quantity,
		BuyerOrder: buyer, SellerOrder: seller, TradeTime: t.At, BuyerIsMaker: t.BuyerIsMaker(), Ignore: true,
	}
}

// aggTradeEvent stands for one trade: trades are not aggregated, so its id is the
// trade's.
type aggTradeEvent struct {
	Event        string           `json:"e"`
	Time         exchange.Millis  `json:"E"`
	Symbol       string           `json:"s"`
	ID           exchange.TradeID `json:"a"`
	Price        exchange.Amount  `json:"p"`
	Quantity     exchange.Amount  `json:"q"`
	First        exchange.TradeID `json:"f"`
	Last         exchange.TradeID `json:"l"`
	TradeTime    exchange.Millis  `json:"T"`
	BuyerIsMaker bool             `json:"m"`
	Ignore       bool             `json:"M"` // keeps case-insensitive parsers off "m"
}

func aggTradeEventOf(symbol string, t *exchange.Trade, now exchange.Millis) aggTradeEvent {
	return aggTradeEvent{
		Event: "aggTrade", Time: now, Symbol: symbol, ID: t.ID, Price: t.Price, Quantity: t.Quantity,
		First: t.ID, Last: t.ID, TradeTime: t.At, BuyerIsMaker: t.BuyerIsMaker(), Ignore: true,
	}
}
