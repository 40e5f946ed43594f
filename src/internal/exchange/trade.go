package exchange

// TradeID identifies a trade; ids rise by one over all markets.
type TradeID int64

// Trade is a match of a resting order (maker) with an arriving one (taker). The
// buyer pays its fee in the base asset, the seller in the quote asset: each in
// what it receives.
type Trade struct {
	ID           TradeID   `json:"id"`
	Seq          Seq       `json:"seq"` // the command that caused it
	Market       MarketID  `json:"mkt"`
	Price        Amount    `json:"px"`
	Quantity     Amount    `json:"qty"`
	Quote        Amount    `json:"quote"` // price × quantity
	TakerSide    Side      `json:"side"`
	MakerOrder   OrderID   `json:"mo"`
	TakerOrder   OrderID   `json:"to"`
	MakerAccount AccountID `json:"ma"`
	TakerAccount AccountID `json:"ta"`
	MakerFee     Amount    `json:"mf"`
	TakerFee     Amount    `json:"tf"`
	At           Millis    `json:"at"`
}

// BuyerIsMaker reports whether the resting order bought.
func (t *Trade) BuyerIsMaker() bool { return t.TakerSide == Sell }
