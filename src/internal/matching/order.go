package matching

import "github.com/bitpin/exchange/src/internal/exchange"

// Incoming is an arriving order. A limit order (LIMIT, LIMIT_MAKER) has a Price
// and a Quantity; a market order has either a Quantity or a QuoteQuantity.
// Quantities of base are whole numbers of the market's lot.
type Incoming struct {
	ID          exchange.OrderID // above the ids of all orders placed or restored before
	Account     exchange.AccountID
	Side        exchange.Side
	Type        exchange.OrderType
	TimeInForce exchange.TimeInForce // counts for LIMIT only
	SelfTrade   exchange.SelfTradePrevention

	Price         exchange.Amount
	Quantity      exchange.Amount // base
	QuoteQuantity exchange.Amount // quote to spend or to earn at most

	// Budget is what a market order can pay at most: quote for a buy, base for a
	// sell. Limit orders do not look at it.
	Budget exchange.Amount
}

// Resting is an order in the book.
type Resting struct {
	ID        exchange.OrderID
	Account   exchange.AccountID
	Side      exchange.Side
	Price     exchange.Amount
	Remaining exchange.Amount // base, > 0
}

// Result is what an order did. It can be used again for the next order; its
// slices are overwritten then.
type Result struct {
	Verdict   Verdict
	Fills     []Fill          // in the order of matching
	Expired   []Expired       // makers taken out by self-trade prevention, in the order of matching
	Remaining exchange.Amount // base not executed, whatever became of it; 0 for a market order by quote quantity
}

// Fill is a match with one maker.
type Fill struct {
	Maker          exchange.OrderID
	MakerAccount   exchange.AccountID
	Price          exchange.Amount // the maker's
	Quantity       exchange.Amount // base
	Quote          exchange.Amount // price × quantity, exact
	MakerRemaining exchange.Amount // 0: the maker has left the book
}

// Expired is a maker that self-trade prevention took out of the book.
type Expired struct {
	Order     exchange.OrderID
	Account   exchange.AccountID
	Remaining exchange.Amount
}

// Verdict says what became of an arriving order.
type Verdict uint8

// The verdicts.
const (
	Rested         Verdict = iota + 1 // what was not executed is in the book
	Filled                            // executed whole; by quote quantity: not one more lot fits
	ExpiredRest                       // what was not executed expired: IOC, FOK, or the book ran out
	ExpiredInMatch                    // self-trade prevention ended the order
)

var verdictNames = [...]string{Rested: "rested", Filled: "filled", ExpiredRest: "expired", ExpiredInMatch: "expired in match"}

// String returns the verdict's name for logs and tests.
func (v Verdict) String() string {
	if int(v) >= len(verdictNames) {
		return ""
	}
	return verdictNames[v]
}
