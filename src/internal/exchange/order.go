package exchange

// OrderID identifies an order. It is the sequence number of the command that
// placed it, so orders of one price level queue in the order of their ids.
type OrderID int64

// Side is the direction of an order.
type Side uint8

// The sides.
const (
	Buy Side = iota + 1
	Sell
)

// Opposite returns the other side.
func (s Side) Opposite() Side { return Buy + Sell - s }

// OrderType says how an order is priced.
type OrderType uint8

// The order types.
const (
	Limit OrderType = iota + 1
	MarketOrder
	LimitMaker
)

// TimeInForce says how long an order lives.
type TimeInForce uint8

// The times in force.
const (
	GTC TimeInForce = iota + 1 // until cancelled
	IOC                        // what matches at once, the rest expires
	FOK                        // all at once or nothing
)

// SelfTradePrevention says which order expires when a taker would match an order
// of its own account. The taker's mode decides.
type SelfTradePrevention uint8

// The modes of self-trade prevention.
const (
	ExpireTaker SelfTradePrevention = iota + 1
	ExpireMaker
	ExpireBoth
)

// OrderStatus is the state of an order.
type OrderStatus uint8

// The statuses. Only New and PartiallyFilled are open.
const (
	StatusNew OrderStatus = iota + 1
	StatusPartiallyFilled
	StatusFilled
	StatusCanceled
	StatusExpired
	StatusExpiredInMatch // by self-trade prevention
)

var (
	sideNames   = []string{1: "BUY", "SELL"}
	typeNames   = []string{1: "LIMIT", "MARKET", "LIMIT_MAKER"}
	tifNames    = []string{1: "GTC", "IOC", "FOK"}
	stpNames    = []string{1: "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"}
	statusNames = []string{1: "NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"}
)

// String returns the name that clients see, or "" for a value that is none.
func (s Side) String() string { return nameOf(sideNames, s) }

// String returns the name that clients see, or "" for a value that is none.
func (t OrderType) String() string { return nameOf(typeNames, t) }

// String returns the name that clients see, or "" for a value that is none.
func (t TimeInForce) String() string { return nameOf(tifNames, t) }

// String returns the name that clients see, or "" for a value that is none.
func (m SelfTradePrevention) String() string { return nameOf(stpNames, m) }

// String returns the name that clients see, or "" for a value that is none.
func (s OrderStatus) String() string { return nameOf(statusNames, s) }

// ParseSide reads a side's name; ok is false for any other text.
func ParseSide(text string) (s Side, ok bool) { return parseName[Side](sideNames, text) }

// ParseOrderType reads a type's name; ok is false for any other text.
func ParseOrderType(text string) (t OrderType, ok bool) { return parseName[OrderType](typeNames, text) }

// ParseTimeInForce reads a time in force; ok is false for any other text.
func ParseTimeInForce(text string) (t TimeInForce, ok bool) {
	return parseName[TimeInForce](tifNames, text)
}

// ParseSelfTradePrevention reads a mode's name; ok is false for any other text.
func ParseSelfTradePrevention(text string) (m SelfTradePrevention, ok bool) {
	return parseName[SelfTradePrevention](stpNames, text)
}

func nameOf[T ~uint8](names []string, value T) string {
	if int(value) >= len(names) {
		return ""
	}
	return names[value]
}

func parseName[T ~uint8](names []string, text string) (T, bool) {
	for i, name := range names {
		if i > 0 && name == text {
			return T(i), true
		}
	}
	return 0, false
}

// Order is an order and what has become of it. Prices and quantities are 0 where
// they do not apply: Price of a market order, Quantity of one by quote quantity.
type Order struct {
	ID              OrderID             `json:"id"`
	Account         AccountID           `json:"acct"`
	Market          MarketID            `json:"mkt"`
	ClientID        string              `json:"cid"`
	Side            Side                `json:"side"`
	Type            OrderType           `json:"type"`
	TimeInForce     TimeInForce         `json:"tif"`
	SelfTrade       SelfTradePrevention `json:"stp"`
	Price           Amount              `json:"px"`
	Quantity        Amount              `json:"qty"`
	QuoteQuantity   Amount              `json:"qqty"`
	MakerFee        FeeRate             `json:"mfee"` // fixed when placed
	TakerFee        FeeRate             `json:"tfee"`
	Executed        Amount              `json:"exec"` // base
	CumulativeQuote Amount              `json:"cum"`
	Status          OrderStatus         `json:"st"`
	CreatedAt       Millis              `json:"cat"`
	UpdatedAt       Millis              `json:"uat"`
	UpdatedSeq      Seq                 `json:"useq"` // the command that changed it last
}

// Open reports whether the order can still match.
func (o *Order) Open() bool { return o.Status == StatusNew || o.Status == StatusPartiallyFilled }

// Remaining returns the base quantity that has not been executed.
func (o *Order) Remaining() Amount { return o.Quantity - o.Executed }

// Reserved returns what an open resting order keeps locked: base for a sell, quote
// for a buy, as (asset, amount). It is zero for an order that is not open.
func (o *Order) Reserved(m Market) (AssetID, Amount, error) {
	switch {
	case o.Side == Sell && o.Open():
		return m.Base.ID, o.Remaining(), nil
	case o.Side == Sell:
		return m.Base.ID, 0, nil
	case !o.Open():
		return m.Quote.ID, 0, nil
	}
	notional, err := Notional(o.Price, o.Remaining())
	return m.Quote.ID, notional, err
}

// OrderRef names an order by its id or, if that is 0, by its client order id.
type OrderRef struct {
	ID       OrderID `json:"id,omitempty"`
	ClientID string  `json:"cid,omitempty"`
}
