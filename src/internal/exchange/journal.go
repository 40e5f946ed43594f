package exchange

import (
	"context"
	"errors"
	"time"
)

// ErrLeaseLost says that the writer's lease is no longer its own, so that nothing
// was written.
var ErrLeaseLost = errors.New("the writer's lease is held by another replica")

// ErrCommitUnknown says that the connection was lost while a batch was being
// committed: it may or may not be durable. Journal.Resolve tells.
var ErrCommitUnknown = errors.New("the connection was lost while committing")

// Lease is the right to write. At most one epoch is current; a commit under any
// other is refused.
type Lease struct {
	Holder  string // unique to a process
	Address string // host:port where the holder takes commands from other replicas
	Epoch   int64  // rises by one with every acquisition
	Held    bool   // not expired and not given back, by the database's clock
}

// Entry is one line of a ledger transaction: what an account's available and
// locked balance of an asset gain or lose.
type Entry struct {
	Account   AccountID
	Asset     AssetID
	Available Amount
	Locked    Amount
}

// PostedEntry is an entry with the command that caused it. The entries of one
// command are one ledger transaction.
type PostedEntry struct {
	Seq Seq
	Entry
}

// CommandRecord is an accepted command in the log. With the immutable columns of
// its order, it is all that a replay needs.
type CommandRecord struct {
	Seq     Seq
	Kind    CommandKind
	At      Millis
	Account AccountID
	Market  MarketID
	Ref     int64 // the order or withdrawal meant; for a placed order its own id
	Asset   AssetID
	Amount  Amount
}

// IdempotencyRecord is the answer that an idempotency key stands for: an outcome
// or a refusal.
type IdempotencyRecord struct {
	Key     IdempotencyKey
	Outcome Outcome
	Refusal *Error
}

// Changes is all that one batch writes, in one transaction.
type Changes struct {
	Batch         Batch
	Commands      []CommandRecord
	NewOrders     []Order // state at the end of the batch
	ChangedOrders []Order // placed in earlier batches
	Entries       []PostedEntry
	NewBalances   []Balance // first balance of an account in an asset
	BalanceDeltas []Balance // what the others gained or lost
	Deposits      []Transfer
	Withdrawals   []Withdrawal // new and changed
	Idempotency   []IdempotencyRecord
}

// Snapshot is the durable state from which the writer starts.
type Snapshot struct {
	Seq         Seq
	Trade       TradeID
	Orders      []Order // open, by id
	Balances    []Balance
	Withdrawals []Withdrawal // held, by id
}

// Lookup is what the writer must know of the past before it executes a batch.
type Lookup struct {
	Idempotency []IdempotencyRecord // known ones of the keys asked for
	Accounts    []AccountID         // existing ones of the accounts asked for
}

// Journal is the writer's storage.
type Journal interface {
	// Acquire takes the lease if nobody holds it, or if holder does, with a new
	// epoch; the returned lease is the current one either way.
	Acquire(ctx context.Context, holder, address string, duration time.Duration) (lease Lease, acquired bool, err error)
	// Renew prolongs a lease: ErrLeaseLost if it is not current.
	Renew(ctx context.Context, lease Lease, duration time.Duration) error
	// Release gives a lease back at once and tells the other replicas.
	Release(ctx context.Context, lease Lease) error
	// CurrentLease reads the lease.
	CurrentLease(ctx context.Context) (Lease, error)

	// Load reads the state. Called under a fresh lease it is final, because no
	// older epoch can commit any more.
	Load(ctx context.Context) (Snapshot, error)
	// Find looks up idempotency keys and accounts.
	Find(ctx context.Context, keys []IdempotencyKey, accounts []AccountID) (Lookup, error)
	// Commit writes a batch and prolongs the lease, all or nothing: ErrLeaseLost,
	// ErrCommitUnknown, or any other error when certainly nothing was written.
	Commit(ctx context.Context, lease Lease, duration time.Duration, changes *Changes) error
	// Resolve tells whether a batch is durable. It first waits until no commit of
	// the lease's epoch can be under way.
	Resolve(ctx context.Context, lease Lease, changes *Changes) (durable bool, err error)
	// Prune forgets batches older than before.
	Prune(ctx context.Context, before Millis) error
}

// BookSnapshot is the state from which a replica's MarketView starts.
type BookSnapshot struct {
	Seq        Seq
	Levels     []LevelChange
	LastPrices map[MarketID]Amount
}

// Feed is how replicas follow the writer.
type Feed interface {
	BookSnapshot(ctx context.Context) (BookSnapshot, error)
	// Batches returns up to limit batches after a sequence number, in order.
	Batches(ctx context.Context, after Seq, limit int) ([]Batch, error)
	// Listen calls wake whenever a batch was committed or the lease was given
	// back, until ctx ends or the connection fails.
	Listen(ctx context.Context, wake func()) error
}

// Log reads what is needed to replay the exchange from its first command.
type Log interface {
	// Replay calls visit for each accepted command in order, with the order that
	// it placed, if any, in its final state.
	Replay(ctx context.Context, visit func(CommandRecord, *Order) error) error
	Snapshot(ctx context.Context) (Snapshot, error)
}
