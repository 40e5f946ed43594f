package trading

import (
	"errors"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/ledger"
	"github.com/bitpin/exchange/src/internal/matching"
)

// Stamp is what the writer adds to a command: nothing else from outside enters
// the state.
type Stamp struct {
	At            exchange.Millis
	MakerFee      exchange.FeeRate
	TakerFee      exchange.FeeRate
	MaxOpenOrders int  // per account and market; 0: no limit
	Replay        bool // accepted before: filters and limits of today do not apply
}

// Fault is an error that leaves the state unusable: a defect of the program or a
// database that contradicts itself. The state must be thrown away.
type Fault struct{ Err error }

// Error describes the fault.
func (f *Fault) Error() string { return "state: " + f.Err.Error() }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// State is the whole exchange in memory. It is not safe for concurrent use.
type State struct {
	markets []*market // by MarketID; nil where there is none
	ledger  *ledger.Ledger
	orders  map[exchange.OrderID]*order // open
	clients map[clientKey]*order        // open
	groups  map[groupKey]group          // of open orders; none is empty
	held    map[exchange.Seq]*exchange.Withdrawal
	seq     exchange.Seq
	trade   exchange.TradeID
	result  matching.Result
	changes changes
}

type market struct {
	exchange.Market
	book *matching.Book
	open int
}

// order is an open order, linked to the other open ones of its account and market
// in the order of their ids.
type order struct {
	exchange.Order
	market     *market
	dirty      bool
	prev, next *order
}

type clientKey struct {
	account exchange.AccountID
	id      string
}

type groupKey struct {
	account exchange.AccountID
	market  exchange.MarketID
}

type group struct {
	first, last *order
	count       int
}

// NewState rebuilds the exchange from its durable state. The books come out as
// they were: open orders are restored in the order of their ids.
func NewState(markets []exchange.Market, snapshot exchange.Snapshot) (*State, error) {
	balances, err := ledger.New(snapshot.Balances)
	if err != nil {
		return nil, err
	}
	s := &State{
		ledger:  balances,
		orders:  make(map[exchange.OrderID]*order, len(snapshot.Orders)),
		clients: make(map[clientKey]*order, len(snapshot.Orders)),
		groups:  map[groupKey]group{},
		held:    make(map[exchange.Seq]*exchange.Withdrawal, len(snapshot.Withdrawals)),
		seq:     snapshot.Seq,
		trade:   snapshot.Trade,
	}
	s.changes.reset(s.seq)
	for _, m := range markets {
		for int(m.ID) >= len(s.markets) {
			s.markets = append(s.markets, nil)
		}
		s.markets[m.ID] = &market{Market: m, book: matching.New(m.Lot)}
	}
	for _, stored := range snapshot.Orders {
		if err := s.restore(stored); err != nil {
			return nil, fmt.Errorf("restoring order %d: %w", stored.ID, err)
		}
	}
	for _, w := range snapshot.Withdrawals {
		s.held[w.ID] = &w
	}
	return s, nil
}

func (s *State) restore(stored exchange.Order) error {
	m, err := s.market(stored.Market)
	if err != nil {
		return err
	}
	if !stored.Open() {
		return errors.New("it is not open")
	}
	o := &order{Order: stored, market: m}
	err = m.book.Restore(matching.Resting{
		ID: o.ID, Account: o.Account, Side: o.Side, Price: o.Price, Remaining: o.Remaining(),
	})
	if err != nil {
		return err
	}
	s.track(o)
	return nil
}

// Seq returns the number of the last accepted command.
func (s *State) Seq() exchange.Seq { return s.seq }

// OpenOrders returns how many orders rest in a market.
func (s *State) OpenOrders(id exchange.MarketID) int {
	m, err := s.market(id)
	if err != nil {
		return 0
	}
	return m.open
}

func (s *State) market(id exchange.MarketID) (*market, error) {
	if id <= 0 || int(id) >= len(s.markets) || s.markets[id] == nil {
		return nil, exchange.ErrInvalidSymbol
	}
	return s.markets[id], nil
}

// Apply executes a command. A refusal is an *exchange.Error and changes nothing.
// After a *Fault the state must not be used any more.
func (s *State) Apply(command *exchange.Command, stamp Stamp) (exchange.Outcome, error) {
	switch command.Kind {
	case exchange.PlaceOrder:
		return s.place(command, stamp)
	case exchange.CancelOrder:
		return s.cancel(command, stamp)
	case exchange.CancelAllOrders:
		return s.cancelAll(command, stamp)
	case exchange.Deposit:
		return s.deposit(command, stamp)
	case exchange.RequestWithdrawal:
		return s.requestWithdrawal(command, stamp)
	case exchange.SettleWithdrawal:
		return s.endWithdrawal(command, stamp, exchange.WithdrawalSettled)
	case exchange.CancelWithdrawal:
		return s.endWithdrawal(command, stamp, exchange.WithdrawalCancelled)
	}
	return exchange.Outcome{}, &exchange.Error{Code: exchange.CodeInvalidParameter, Field: "kind", Message: "Unknown kind of command."}
}

// accept numbers a command and records it with its ledger transaction. From here
// on it has happened.
func (s *State) accept(command *exchange.Command, stamp Stamp, ref int64) (exchange.Outcome, error) {
	entries, err := s.ledger.Post()
	if err != nil {
		return exchange.Outcome{}, &Fault{Err: fmt.Errorf("%s of account %d: %w", command.Kind, command.Account, err)}
	}
	s.seq++
	s.changes.record(exchange.CommandRecord{
		Seq: s.seq, Kind: command.Kind, At: stamp.At, Account: command.Account, Market: command.Market,
		Ref: ref, Asset: command.Asset, Amount: command.Amount,
	}, entries)
	return exchange.Outcome{Seq: s.seq, At: stamp.At}, nil
}

// track enters an open order into the indexes.
func (s *State) track(o *order) {
	s.orders[o.ID] = o
	s.clients[clientKey{o.Account, o.ClientID}] = o
	k := groupKey{o.Account, o.Market}
	g := s.groups[k]
	if g.last == nil {
		g.first = o
	} else {
		g.last.next, o.prev = o, g.last
	}
	g.last = o
	g.count++
	s.groups[k] = g
	o.market.open++
}

// forget takes a closed order out of the indexes.
func (s *State) forget(o *order) {
	delete(s.orders, o.ID)
	delete(s.clients, clientKey{o.Account, o.ClientID})
	k := groupKey{o.Account, o.Market}
	g := s.groups[k]
	if o.prev == nil {
		g.first = o.next
	} else {
		o.prev.next = o.next
	}
	if o.next == nil {
		g.last = o.prev
	} else {
		o.next.prev = o.prev
	}
	o.prev, o.next = nil, nil
	if g.count--; g.count == 0 {
		delete(s.groups, k)
	} else {
		s.groups[k] = g
	}
	o.market.open--
}
