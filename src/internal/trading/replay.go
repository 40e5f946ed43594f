package trading

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// replayBatch is how many commands are replayed between two looks at the orders
// that they closed.
const replayBatch = 1024

// errDiverged ends the reading of a log that cannot be replayed any further.
var errDiverged = errors.New("the log cannot be replayed")

// Verify replays a log and names every difference from what is stored beside it,
// up to a bound: no text means that both are identical. The log must not grow
// meanwhile. The error means that it could not be read.
func Verify(ctx context.Context, log exchange.Log, markets []exchange.Market) ([]string, error) {
	state, differences, err := Replay(ctx, log, markets)
	if err != nil {
		return nil, err
	}
	snapshot, err := log.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the stored state: %w", err)
	}
	return append(differences, Differences(state, snapshot)...), nil
}

// Replay rebuilds the exchange from its log and from nothing else. The differences
// name what the log contradicts: orders that did not end as they are stored, and
// the command at which it could not go on, if there is one. The error means that
// the log could not be read.
func Replay(ctx context.Context, log exchange.Log, markets []exchange.Market) (*State, []string, error) {
	state, err := NewState(markets, exchange.Snapshot{})
	if err != nil {
		return nil, nil, err
	}
	r := &replay{state: state, stored: map[exchange.OrderID]exchange.Order{}}
	err = log.Replay(ctx, r.visit)
	if err != nil && !errors.Is(err, errDiverged) {
		return nil, nil, fmt.Errorf("reading the log: %w", err)
	}
	if err == nil {
		r.compareClosed()
		r.compareOpen()
	}
	return state, r.differences, nil
}

// replay is a log on its way into a state.
type replay struct {
	state       *State
	stored      map[exchange.OrderID]exchange.Order // final states of those still open here
	pending     int                                 // commands since the last comparison
	differences differences
}

func (r *replay) visit(record exchange.CommandRecord, order *exchange.Order) error {
	command, stamp, err := repeat(record, order)
	if err == nil && record.Seq != r.state.Seq()+1 {
		err = fmt.Errorf("it follows command %d", r.state.Seq())
	}
	if err == nil {
		_, err = r.state.Apply(&command, stamp)
	}
	if err != nil {
		r.differences.add("command %d (%s of account %d) cannot be replayed: %v", record.Seq, record.Kind, record.Account, err)
		return errDiverged
	}
	if order != nil {
		r.stored[order.ID] = *order
	}
	if r.pending++; r.pending == replayBatch {
		r.compareClosed()
	}
	return nil
}

// repeat turns a record of the log back into the command.
func repeat(record exchange.CommandRecord, order *exchange.Order) (exchange.Command, Stamp, error) {
	stamp := Stamp{At: record.At, Replay: true}
	command := exchange.Command{
		Kind: record.Kind, Account: record.Account, Market: record.Market, Asset: record.Asset, Amount: record.Amount,
	}
	switch record.Kind {
	case exchange.PlaceOrder:
		if order == nil {
			return command, stamp, errors.New("its order is missing")
		}
		stamp.MakerFee, stamp.TakerFee = order.MakerFee, order.TakerFee
		command.Order = exchange.NewOrder{
			ClientID: order.ClientID, Side: order.Side, Type: order.Type, TimeInForce: order.TimeInForce, SelfTrade: order.SelfTrade,
			Price: order.Price, Quantity: order.Quantity, QuoteQuantity: order.QuoteQuantity,
		}
	case exchange.CancelOrder:
		command.Ref.ID = exchange.OrderID(record.Ref)
	case exchange.SettleWithdrawal, exchange.CancelWithdrawal:
		command.Withdrawal = exchange.Seq(record.Ref)
	}
	return command, stamp, nil
}

// compareClosed compares the orders that have closed since the last call. Only open
// ones are kept, so a long log needs no more memory than a short one.
func (r *replay) compareClosed() {
	r.pending = 0
	for _, o := range r.state.EndBatch(0, 0).Batch.Orders {
		if !o.Open() {
			r.compare(o)
			delete(r.stored, o.ID)
		}
	}
}

// compareOpen compares what is open at the end of the log.
func (r *replay) compareOpen() {
	for _, id := range slices.Sorted(maps.Keys(r.stored)) {
		r.compare(r.state.orders[id].Order)
	}
}

func (r *replay) compare(replayed exchange.Order) {
	if stored := r.stored[replayed.ID]; stored != replayed {
		r.differences.add("order %d: replayed %+v, stored %+v", replayed.ID, replayed, stored)
	}
}
