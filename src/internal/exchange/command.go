package exchange

// Seq numbers the accepted commands, from 1, without regard to markets. It is also
// the update id of the depth: the book at Seq n holds exactly the commands ≤ n.
type Seq int64

// Millis is a time in milliseconds since 1970-01-01 UTC.
type Millis int64

// CommandKind says what a command does.
type CommandKind uint8

// The kinds of commands. Their numbers are stored: append, never renumber.
const (
	PlaceOrder CommandKind = iota + 1
	CancelOrder
	CancelAllOrders
	Deposit
	RequestWithdrawal
	SettleWithdrawal
	CancelWithdrawal
)

var commandNames = []string{1: "place", "cancel", "cancel_all", "deposit", "withdraw", "settle_withdrawal", "cancel_withdrawal"}

// String returns the kind's name for logs and metrics.
func (k CommandKind) String() string { return nameOf(commandNames, k) }

// Command is a request to change the exchange's state. A replica that accepts one
// hands it to the writer, which stamps it and applies it, once, or refuses it.
// Which fields count depends on Kind; the others are zero.
type Command struct {
	Kind    CommandKind `json:"kind"`
	Account AccountID   `json:"account"`
	Market  MarketID    `json:"market,omitempty"` // place; cancel; cancel all (0: every market)

	Order NewOrder `json:"order,omitzero"` // place
	Ref   OrderRef `json:"ref,omitzero"`   // cancel

	Asset      AssetID `json:"asset,omitempty"`      // deposit, request withdrawal
	Amount     Amount  `json:"amount,omitzero"`      // deposit, request withdrawal
	Reference  string  `json:"reference,omitempty"`  // deposit: where it came from; withdrawal: where it goes; at most 128 bytes
	Withdrawal Seq     `json:"withdrawal,omitempty"` // settle, cancel withdrawal

	// Idempotency makes a second command with the same scope and key answer with
	// the first one's outcome. Optional.
	Idempotency *IdempotencyKey `json:"idempotency,omitempty"`
}

// NewOrder is what a client says of an order it places.
type NewOrder struct {
	ClientID      string              `json:"cid"`
	Side          Side                `json:"side"`
	Type          OrderType           `json:"type"`
	TimeInForce   TimeInForce         `json:"tif"`
	SelfTrade     SelfTradePrevention `json:"stp"`
	Price         Amount              `json:"px"`
	Quantity      Amount              `json:"qty"`
	QuoteQuantity Amount              `json:"qqty"`
}

// IdempotencyKey names a request so that it takes effect once.
type IdempotencyKey struct {
	Scope string `json:"scope"` // who used it: keys of different scopes never meet
	Key   string `json:"key"`   // 1 to 255 printable ASCII characters
	Hash  []byte `json:"hash"`  // SHA-256 of method, path and body
}

// Outcome is what an accepted command did. It is durable when it is returned.
type Outcome struct {
	Seq        Seq        `json:"seq"`
	At         Millis     `json:"at"`
	Orders     []Order    `json:"orders,omitempty"` // the order placed; the orders cancelled
	Trades     []Trade    `json:"trades,omitempty"` // fills of the order placed
	Deposit    Transfer   `json:"deposit,omitzero"`
	Withdrawal Withdrawal `json:"withdrawal,omitzero"`
	Replayed   bool       `json:"replayed,omitempty"` // answered from an earlier use of the idempotency key
}

// Transfer is a deposit.
type Transfer struct {
	ID        Seq       `json:"id"`
	Account   AccountID `json:"account"`
	Asset     AssetID   `json:"asset"`
	Amount    Amount    `json:"amount"`
	Reference string    `json:"reference"`
	At        Millis    `json:"at"`
}

// WithdrawalStatus is the state of a withdrawal. A request is held at once, in the
// same commit that records it, or refused.
type WithdrawalStatus uint8

// The statuses of a withdrawal.
const (
	WithdrawalHeld WithdrawalStatus = iota + 1
	WithdrawalSettled
	WithdrawalCancelled
)

var withdrawalNames = []string{1: "held", "settled", "cancelled"}

// String returns the name that clients see.
func (s WithdrawalStatus) String() string { return nameOf(withdrawalNames, s) }

// Withdrawal takes an amount out of the exchange in two phases: it is held (locked),
// then settled (gone) or cancelled (available again).
type Withdrawal struct {
	ID          Seq              `json:"id"`
	Account     AccountID        `json:"account"`
	Asset       AssetID          `json:"asset"`
	Amount      Amount           `json:"amount"`
	Reference   string           `json:"reference"`
	Status      WithdrawalStatus `json:"status"`
	RequestedAt Millis           `json:"requestedAt"`
	UpdatedAt   Millis           `json:"updatedAt"`
}
