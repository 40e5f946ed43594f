package trading

import (
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func (s *State) cancel(command *exchange.Command, stamp Stamp) (exchange.Outcome, error) {
	o := s.orders[command.Ref.ID]
	if command.Ref.ID == 0 {
		o = s.clients[clientKey{command.Account, command.Ref.ClientID}]
	}
	if o == nil || o.Account != command.Account || o.Market != command.Market {
		return exchange.Outcome{}, exchange.ErrUnknownOrder
	}
	if command.Ref.ID != 0 && command.Ref.ClientID != "" && o.ClientID != command.Ref.ClientID {
		return exchange.Outcome{}, exchange.ErrUnknownOrder
	}
	if err := s.withdrawOrder(o, stamp); err != nil {
		return exchange.Outcome{}, err
	}
	outcome, err := s.accept(command, stamp, int64(o.ID))
	outcome.Orders = []exchange.Order{o.Order}
	return outcome, err
}

func (s *State) cancelAll(command *exchange.Command, stamp Stamp) (exchange.Outcome, error) {
	var orders []exchange.Order
	for _, m := range s.markets {
		if m == nil || (command.Market != 0 && m.ID != command.Market) {
			continue
		}
		for o := s.groups[groupKey{command.Account, m.ID}].first; o != nil; o = s.groups[groupKey{command.Account, m.ID}].first {
			if err := s.withdrawOrder(o, stamp); err != nil {
				return exchange.Outcome{}, err
			}
			orders = append(orders, o.Order)
		}
	}
	if len(orders) == 0 {
		return exchange.Outcome{}, exchange.ErrUnknownOrder
	}
	outcome, err := s.accept(command, stamp, 0)
	outcome.Orders = orders
	return outcome, err
}

// withdrawOrder takes an open order out of the book for its owner.
func (s *State) withdrawOrder(o *order, stamp Stamp) error {
	remaining, ok := o.market.book.Cancel(o.ID)
	if !ok || remaining != o.Remaining() {
		return &Fault{Err: fmt.Errorf("the book has %s of order %d left, the order %s", remaining, o.ID, o.Remaining())}
	}
	if err := s.closeOrder(o, exchange.StatusCanceled, stamp, s.seq+1); err != nil {
		return &Fault{Err: fmt.Errorf("cancelling order %d: %w", o.ID, err)}
	}
	return nil
}
