package exchange

// Batch is what one commit of the writer changed, in the form in which every
// replica publishes it. Rows appear once, with their state after the batch.
type Batch struct {
	ID       Seq           `json:"id"`    // equals Last; batches are read in this order
	First    Seq           `json:"first"` // an order with ID ≥ First was placed in this batch
	Last     Seq           `json:"last"`
	Epoch    int64         `json:"epoch"` // of the lease under which it was written
	At       Millis        `json:"at"`
	Orders   []Order       `json:"orders,omitempty"`
	Trades   []Trade       `json:"trades,omitempty"` // by id
	Levels   []LevelChange `json:"levels,omitempty"`
	Balances []Balance     `json:"balances,omitempty"`
}

// LevelChange is the quantity at a price after a batch; 0 removes the level.
type LevelChange struct {
	Market   MarketID `json:"mkt"`
	Side     Side     `json:"side"`
	Price    Amount   `json:"px"`
	Quantity Amount   `json:"qty"`
}

// Level is a price with the quantity that rests there.
type Level struct {
	Price    Amount
	Quantity Amount
}

// Depth is a market's book by price level, best prices first. It holds exactly the
// commands up to LastUpdateID.
type Depth struct {
	LastUpdateID Seq
	Bids, Asks   []Level
}
