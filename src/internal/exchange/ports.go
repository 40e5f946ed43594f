package exchange

import "context"

// The ports below are what the edges (REST, streams, the web page) need. Reads go
// to PostgreSQL or to the replica's own view of the market and are served by every
// replica; commands reach the one writer, wherever it is.

// Trading accepts commands.
type Trading interface {
	// Submit has the writer execute a command and returns once its outcome is
	// durable. Errors are *Error: CodeUnavailable when it was certainly not
	// executed, CodeUnknownOutcome when that cannot be told.
	Submit(ctx context.Context, command Command) (Outcome, error)
}

// Catalog lists what can be traded. It is read from memory.
type Catalog interface {
	Assets() []Asset
	Asset(code string) (Asset, bool)
	AssetByID(id AssetID) (Asset, bool)
	Markets() []Market // by symbol
	Market(symbol string) (Market, bool)
	MarketByID(id MarketID) (Market, bool)
}

// Accounts keeps accounts, API keys and browser sessions.
type Accounts interface {
	// CreateAccount makes an account, or answers with what the idempotency key
	// made before. A taken name is CodeConflict.
	CreateAccount(ctx context.Context, name, passwordHash string, key *IdempotencyKey) (Account, error)
	Account(ctx context.Context, id AccountID) (Account, error)            // CodeNotFound
	AccountByName(ctx context.Context, name string) (Account, error)       // CodeNotFound
	CreateAPIKey(ctx context.Context, key APIKey) (APIKey, error)          // fills in Key and Secret where they are empty
	APIKey(ctx context.Context, key string) (APIKey, error)                // CodeUnauthorized; may be up to 5 s old
	APIKeys(ctx context.Context, account AccountID) ([]APIKey, error)      // without secrets
	RevokeAPIKey(ctx context.Context, account AccountID, key string) error // CodeNotFound
	CreateSession(ctx context.Context, account AccountID) (Session, error)
	Session(ctx context.Context, token string) (Session, error) // CodeUnauthorized
	DeleteSession(ctx context.Context, token string) error
}

// Books answers what an account or the public may see of the past and present of
// orders, trades and balances. A read begun after a command's outcome was returned
// sees it, on every replica.
type Books interface {
	Balances(ctx context.Context, account AccountID) ([]Balance, error)
	Order(ctx context.Context, account AccountID, market MarketID, ref OrderRef) (Order, error) // ErrOrderNotFound
	OpenOrders(ctx context.Context, account AccountID, market MarketID) ([]Order, error)        // market 0: all; by id
	Orders(ctx context.Context, query OrderQuery) ([]Order, error)                              // by id, ascending
	AccountTrades(ctx context.Context, query TradeQuery) ([]Trade, error)                       // by id, ascending
	MarketTrades(ctx context.Context, market MarketID, limit int) ([]Trade, error)              // the latest, by id, ascending
	Candles(ctx context.Context, query CandleQuery) ([]Candle, error)                           // by time, ascending
	Tickers(ctx context.Context, markets []MarketID) ([]Ticker, error)                          // 24 hours; in the order asked
	Deposits(ctx context.Context, account AccountID, limit int) ([]Transfer, error)             // latest first
	Withdrawals(ctx context.Context, account AccountID, limit int) ([]Withdrawal, error)        // latest first
	Withdrawal(ctx context.Context, id Seq) (Withdrawal, error)                                 // CodeNotFound
	Audit(ctx context.Context) (AuditReport, error)                                             // the latest one
}

// OrderQuery selects orders of an account in a market. Zero values do not select.
type OrderQuery struct {
	Account    AccountID
	Market     MarketID
	FromID     OrderID // this one and later ones; else the latest
	Start, End Millis  // creation, both inclusive
	Limit      int     // 1 to 1000
}

// TradeQuery selects trades of an account in a market. Zero values do not select.
type TradeQuery struct {
	Account    AccountID
	Market     MarketID
	Order      OrderID
	FromID     TradeID
	Start, End Millis
	Limit      int // 1 to 1000
}

// CandleQuery selects candles. Without Start, they are the latest before End, or
// before now.
type CandleQuery struct {
	Market     MarketID
	Interval   Interval
	Start, End Millis
	Limit      int // 1 to 1000
}

// MarketView is the replica's own picture of the books, as fresh as the last batch
// it has seen.
type MarketView interface {
	Depth(market MarketID, limit int) Depth // limit 1 to 5000
	Best(market MarketID) (bid, ask Level)  // zero where a side is empty
	LastPrice(market MarketID) Amount       // 0 where nothing was ever traded
}

// Invariant is one rule of the books and how it fared.
type Invariant struct {
	Name       string   `json:"name"`
	Meaning    string   `json:"meaning"`
	Violations int64    `json:"violations"`
	Examples   []string `json:"examples,omitempty"` // the rows at fault, at most 20
}

// AuditReport is a recomputation of all invariants at one point of the command log.
type AuditReport struct {
	At         Millis      `json:"at"`
	Seq        Seq         `json:"seq"`
	Invariants []Invariant `json:"invariants"`
}

// Violated returns the number of invariants that do not hold.
func (r AuditReport) Violated() int {
	n := 0
	for _, i := range r.Invariants {
		if i.Violations > 0 {
			n++
		}
	}
	return n
}
