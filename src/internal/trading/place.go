package trading

import (
	"errors"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

// maxClientID bounds client order ids, in characters.
const maxClientID = 36

func (s *State) place(command *exchange.Command, stamp Stamp) (exchange.Outcome, error) {
	m, err := s.market(command.Market)
	if err != nil {
		return exchange.Outcome{}, err
	}
	o := newOrder(command, stamp, m, s.seq+1)
	in := o.incoming()
	if err := s.admit(o, &in, stamp); err != nil {
		return exchange.Outcome{}, err
	}
	if err := m.book.Place(&in, &s.result); err != nil {
		return exchange.Outcome{}, refusal(err)
	}
	trades, err := s.settle(o, stamp)
	if err != nil {
		return exchange.Outcome{}, &Fault{Err: fmt.Errorf("settling order %d: %w", o.ID, err)}
	}
	outcome, err := s.accept(command, stamp, int64(o.ID))
	if err != nil {
		return outcome, err
	}
	s.changes.placed(o)
	outcome.Orders, outcome.Trades = []exchange.Order{o.Order}, trades
	return outcome, nil
}

func newOrder(command *exchange.Command, stamp Stamp, m *market, seq exchange.Seq) *order {
	n := &command.Order
	return &order{market: m, Order: exchange.Order{
		ID: exchange.OrderID(seq), Account: command.Account, Market: m.ID, ClientID: n.ClientID,
		Side: n.Side, Type: n.Type, TimeInForce: n.TimeInForce, SelfTrade: n.SelfTrade,
		Price: n.Price, Quantity: n.Quantity, QuoteQuantity: n.QuoteQuantity,
		MakerFee: stamp.MakerFee, TakerFee: stamp.TakerFee,
		Status: exchange.StatusNew, CreatedAt: stamp.At, UpdatedAt: stamp.At, UpdatedSeq: seq,
	}}
}

func (o *order) incoming() matching.Incoming {
	return matching.Incoming{
		ID: o.ID, Account: o.Account, Side: o.Side, Type: o.Type, TimeInForce: o.TimeInForce, SelfTrade: o.SelfTrade,
		Price: o.Price, Quantity: o.Quantity, QuoteQuantity: o.QuoteQuantity,
	}
}

// admit refuses what must not reach the book, and sets a market order's budget.
func (s *State) admit(o *order, in *matching.Incoming, stamp Stamp) error {
	if err := checkShape(&o.Order); err != nil {
		return err
	}
	if !stamp.Replay {
		if err := checkFilters(o); err != nil {
			return err
		}
		if stamp.MaxOpenOrders > 0 && mayRest(&o.Order) && s.groups[groupKey{o.Account, o.Market}].count >= stamp.MaxOpenOrders {
			return &exchange.Error{Code: exchange.CodeTooManyOrders, Message: "Too many open orders; cancel some first."}
		}
	}
	if _, used := s.clients[clientKey{o.Account, o.ClientID}]; used {
		return exchange.ErrDuplicateOrder
	}
	if err := s.fund(o, in); err != nil {
		return err
	}
	if o.Type == exchange.MarketOrder && o.QuoteQuantity == 0 && !stamp.Replay {
		return checkPreview(o, in)
	}
	return nil
}

func mayRest(o *exchange.Order) bool {
	return o.Type == exchange.LimitMaker || (o.Type == exchange.Limit && o.TimeInForce == exchange.GTC)
}

// checkShape asserts that exactly the fields of the order's type are set, so that
// no edge can smuggle in a combination that the book does not know.
func checkShape(o *exchange.Order) error {
	bad := func(field, message string) error {
		return &exchange.Error{Code: exchange.CodeInvalidParameter, Field: field, Message: message}
	}
	switch {
	case o.Account < exchange.FirstAccount:
		return errNoAccount
	case o.Side.String() == "" || o.Type.String() == "" || o.SelfTrade.String() == "":
		return bad("side", "Unknown side, type or self-trade prevention mode.")
	case !validClientID(o.ClientID):
		return bad("newClientOrderId", "A client order id has 1 to 36 printable ASCII characters.")
	case o.Price < 0 || o.Quantity < 0 || o.QuoteQuantity < 0:
		return bad("quantity", "Prices and quantities must not be negative.")
	}
	if o.Type == exchange.MarketOrder {
		if o.Price != 0 || (o.Quantity == 0) == (o.QuoteQuantity == 0) {
			return bad("quantity", "A market order has either a quantity or a quote quantity, and no price.")
		}
		return nil
	}
	if o.Price == 0 || o.Quantity == 0 || o.QuoteQuantity != 0 {
		return bad("price", "A limit order has a price and a quantity.")
	}
	if o.TimeInForce.String() == "" || (o.Type == exchange.LimitMaker && o.TimeInForce != exchange.GTC) {
		return bad("timeInForce", "This time in force does not go with this type of order.")
	}
	return nil
}

func validClientID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return id != "" && len(id) <= maxClientID
}

func checkFilters(o *order) error {
	m := &o.market.Market
	if o.Type == exchange.MarketOrder {
		if o.Quantity == 0 {
			return m.CheckNotional(o.QuoteQuantity)
		}
		return m.CheckQuantity(o.Quantity)
	}
	if err := m.CheckPrice(o.Price); err != nil {
		return err
	}
	if err := m.CheckQuantity(o.Quantity); err != nil {
		return err
	}
	notional, err := exchange.Notional(o.Price, o.Quantity)
	if err != nil {
		return exchange.ErrOverflow
	}
	return m.CheckNotional(notional)
}

// checkPreview applies the notional filter to a market order whose whole quantity
// the book can fill.
func checkPreview(o *order, in *matching.Incoming) error {
	base, quote, err := o.market.book.Preview(in)
	if err != nil {
		return refusal(err)
	}
	if base == o.Quantity {
		return o.market.CheckNotional(quote)
	}
	return nil
}

// fund checks that the account can pay, whatever the book answers.
func (s *State) fund(o *order, in *matching.Incoming) error {
	asset, need := o.market.Base.ID, o.Quantity
	if o.Side == exchange.Buy {
		asset, need = o.market.Quote.ID, o.QuoteQuantity
		if o.Type != exchange.MarketOrder {
			notional, err := exchange.Notional(o.Price, o.Quantity)
			if err != nil {
				return exchange.ErrOverflow
			}
			need = notional
		}
	}
	in.Budget = s.ledger.Balance(o.Account, asset).Available
	if need > in.Budget {
		return exchange.ErrInsufficientBalance
	}
	return nil
}

// refusal turns what the book refuses into what a client is told.
func refusal(err error) error {
	var coded *exchange.Error
	switch {
	case errors.As(err, &coded):
		return coded
	case errors.Is(err, matching.ErrWouldMatch):
		return exchange.ErrWouldMatch
	case errors.Is(err, matching.ErrBudget):
		return exchange.ErrInsufficientBalance
	case errors.Is(err, exchange.ErrAmountOverflow), errors.Is(err, exchange.ErrAmountInexact):
		return exchange.ErrOverflow
	}
	return &Fault{Err: fmt.Errorf("the book refused an order: %w", err)}
}

// settle turns the book's answer into trades, order states and ledger moves. The
// book has changed already, so every error here is a fault.
func (s *State) settle(taker *order, stamp Stamp) ([]exchange.Trade, error) {
	res := &s.result
	var trades []exchange.Trade
	if len(res.Fills) > 0 {
		trades = make([]exchange.Trade, 0, len(res.Fills))
	}
	for i := range res.Fills {
		trade, err := s.fill(taker, &res.Fills[i], stamp)
		if err != nil {
			return nil, err
		}
		trades = append(trades, trade)
	}
	for i := range res.Expired {
		if err := s.expireMaker(res.Expired[i].Order, taker, stamp); err != nil {
			return nil, err
		}
	}
	switch res.Verdict {
	case matching.Rested:
		return trades, s.rest(taker)
	case matching.Filled:
		taker.Status = exchange.StatusFilled
	case matching.ExpiredInMatch:
		taker.Status = exchange.StatusExpiredInMatch
	default:
		taker.Status = exchange.StatusExpired
	}
	return trades, nil
}

func (s *State) fill(taker *order, f *matching.Fill, stamp Stamp) (exchange.Trade, error) {
	maker := s.orders[f.Maker]
	if maker == nil {
		return exchange.Trade{}, fmt.Errorf("the book matched order %d, which is not open", f.Maker)
	}
	s.trade++
	trade := exchange.Trade{
		ID: s.trade, Seq: exchange.Seq(taker.ID), Market: taker.Market, Price: f.Price, Quantity: f.Quantity, Quote: f.Quote,
		TakerSide: taker.Side, MakerOrder: maker.ID, TakerOrder: taker.ID,
		MakerAccount: maker.Account, TakerAccount: taker.Account, At: stamp.At,
	}
	if taker.Side == exchange.Buy {
		trade.TakerFee, trade.MakerFee = taker.TakerFee.Of(f.Quantity), maker.MakerFee.Of(f.Quote)
	} else {
		trade.TakerFee, trade.MakerFee = taker.TakerFee.Of(f.Quote), maker.MakerFee.Of(f.Quantity)
	}
	if err := s.moveTrade(taker.market, &trade); err != nil {
		return trade, err
	}
	execute(&taker.Order, &trade)
	execute(&maker.Order, &trade)
	s.changes.traded(trade, maker)
	if maker.Status == exchange.StatusFilled {
		s.forget(maker)
	}
	return trade, nil
}

// moveTrade moves both assets. The maker pays out of what it had locked, the taker
// out of what it had available.
func (s *State) moveTrade(m *market, t *exchange.Trade) error {
	base, quote := m.Base.ID, m.Quote.ID
	if t.TakerSide == exchange.Buy {
		return errors.Join(
			s.ledger.Move(t.TakerAccount, quote, -t.Quote, 0),
			s.ledger.Move(t.TakerAccount, base, t.Quantity-t.TakerFee, 0),
			s.ledger.Move(t.MakerAccount, base, 0, -t.Quantity),
			s.ledger.Move(t.MakerAccount, quote, t.Quote-t.MakerFee, 0),
			s.ledger.Move(exchange.Fees, base, t.TakerFee, 0),
			s.ledger.Move(exchange.Fees, quote, t.MakerFee, 0))
	}
	return errors.Join(
		s.ledger.Move(t.TakerAccount, base, -t.Quantity, 0),
		s.ledger.Move(t.TakerAccount, quote, t.Quote-t.TakerFee, 0),
		s.ledger.Move(t.MakerAccount, quote, 0, -t.Quote),
		s.ledger.Move(t.MakerAccount, base, t.Quantity-t.MakerFee, 0),
		s.ledger.Move(exchange.Fees, quote, t.TakerFee, 0),
		s.ledger.Move(exchange.Fees, base, t.MakerFee, 0))
}

// execute adds a trade to one of its orders.
func execute(o *exchange.Order, t *exchange.Trade) {
	o.Executed += t.Quantity
	o.CumulativeQuote += t.Quote
	o.UpdatedAt, o.UpdatedSeq = t.At, t.Seq
	o.Status = exchange.StatusPartiallyFilled
	if o.Quantity != 0 && o.Executed == o.Quantity {
		o.Status = exchange.StatusFilled
	}
}

// expireMaker ends a resting order that self-trade prevention took out of the book.
func (s *State) expireMaker(id exchange.OrderID, taker *order, stamp Stamp) error {
	maker := s.orders[id]
	if maker == nil {
		return fmt.Errorf("self-trade prevention took out order %d, which is not open", id)
	}
	return s.closeOrder(maker, exchange.StatusExpiredInMatch, stamp, exchange.Seq(taker.ID))
}

// closeOrder ends an open order that has left the book, and frees what it reserved.
func (s *State) closeOrder(o *order, status exchange.OrderStatus, stamp Stamp, seq exchange.Seq) error {
	asset, reserved, err := o.Reserved(o.market.Market)
	if err != nil {
		return err
	}
	if err := s.ledger.Move(o.Account, asset, reserved, -reserved); err != nil {
		return err
	}
	o.Status, o.UpdatedAt, o.UpdatedSeq = status, stamp.At, seq
	s.changes.touch(o)
	s.changes.level(o.Market, o.Side, o.Price)
	s.forget(o)
	return nil
}

// rest reserves what the rest of the order may cost.
func (s *State) rest(o *order) error {
	asset, reserved, err := o.Reserved(o.market.Market)
	if err != nil {
		return err
	}
	s.track(o)
	s.changes.level(o.Market, o.Side, o.Price)
	return s.ledger.Move(o.Account, asset, -reserved, reserved)
}
