package trading_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

// record keeps what a state's batches changed, as the database does: only from the
// rows and deltas that a batch names. It is an exchange.Log.
type record struct {
	commands    []exchange.CommandRecord
	entries     []exchange.PostedEntry
	orders      map[exchange.OrderID]exchange.Order
	trades      []exchange.Trade
	levels      map[level]exchange.Amount
	balances    map[holding]exchange.Balance
	withdrawals map[exchange.Seq]exchange.Withdrawal
}

type level struct {
	market exchange.MarketID
	side   exchange.Side
	price  exchange.Amount
}

type holding struct {
	account exchange.AccountID
	asset   exchange.AssetID
}

func newRecord() *record {
	return &record{
		orders: map[exchange.OrderID]exchange.Order{}, levels: map[level]exchange.Amount{},
		balances: map[holding]exchange.Balance{}, withdrawals: map[exchange.Seq]exchange.Withdrawal{},
	}
}

// add records a batch. The error names a row that contradicts those before it.
func (r *record) add(c *exchange.Changes) error {
	for _, command := range c.Commands {
		if command.Seq != exchange.Seq(len(r.commands)+1) {
			return fmt.Errorf("command %d follows %d others", command.Seq, len(r.commands))
		}
		r.commands = append(r.commands, command)
	}
	r.entries = append(r.entries, c.Entries...)
	for _, o := range c.NewOrders {
		if _, known := r.orders[o.ID]; known || exchange.Seq(o.ID) < c.Batch.First || exchange.Seq(o.ID) > c.Batch.Last {
			return fmt.Errorf("order %d is not new in batch %d to %d", o.ID, c.Batch.First, c.Batch.Last)
		}
		r.orders[o.ID] = o
	}
	for _, o := range c.ChangedOrders {
		if before, known := r.orders[o.ID]; !known || !before.Open() {
			return fmt.Errorf("order %d was not open before the batch that changed it", o.ID)
		}
		r.orders[o.ID] = o
	}
	for _, trade := range c.Batch.Trades {
		if trade.ID != exchange.TradeID(len(r.trades)+1) {
			return fmt.Errorf("trade %d follows %d others", trade.ID, len(r.trades))
		}
		r.trades = append(r.trades, trade)
	}
	for _, l := range c.Batch.Levels {
		r.levels[level{l.Market, l.Side, l.Price}] = l.Quantity
	}
	for _, w := range c.Withdrawals {
		r.withdrawals[w.ID] = w
	}
	return r.addBalances(c)
}

func (r *record) addBalances(c *exchange.Changes) error {
	for _, b := range c.NewBalances {
		k := holding{b.Account, b.Asset}
		if _, known := r.balances[k]; known {
			return fmt.Errorf("the balance of account %d, asset %d is not new", b.Account, b.Asset)
		}
		r.balances[k] = b
	}
	for _, d := range c.BalanceDeltas {
		k := holding{d.Account, d.Asset}
		b, known := r.balances[k]
		if !known {
			return fmt.Errorf("the balance of account %d, asset %d changed before it was new", d.Account, d.Asset)
		}
		b.Available += d.Available
		b.Locked += d.Locked
		r.balances[k] = b
	}
	for _, b := range c.Batch.Balances {
		if stored := r.balances[holding{b.Account, b.Asset}]; stored != b {
			return fmt.Errorf("published balance %+v, stored %+v", b, stored)
		}
	}
	return nil
}

// Replay implements exchange.Log.
func (r *record) Replay(_ context.Context, visit func(exchange.CommandRecord, *exchange.Order) error) error {
	for _, c := range r.commands {
		var order *exchange.Order
		if o, found := r.orders[exchange.OrderID(c.Ref)]; found && c.Kind == exchange.PlaceOrder {
			order = &o
		}
		if err := visit(c, order); err != nil {
			return err
		}
	}
	return nil
}

// Snapshot implements exchange.Log.
func (r *record) Snapshot(context.Context) (exchange.Snapshot, error) {
	s := exchange.Snapshot{Seq: exchange.Seq(len(r.commands)), Trade: exchange.TradeID(len(r.trades))}
	for _, o := range r.orders {
		if o.Open() {
			s.Orders = append(s.Orders, o)
		}
	}
	slices.SortFunc(s.Orders, func(a, b exchange.Order) int { return cmp.Compare(a.ID, b.ID) })
	for _, b := range r.balances {
		s.Balances = append(s.Balances, b)
	}
	for _, w := range r.withdrawals {
		if w.Status == exchange.WithdrawalHeld {
			s.Withdrawals = append(s.Withdrawals, w)
		}
	}
	slices.SortFunc(s.Withdrawals, func(a, b exchange.Withdrawal) int { return cmp.Compare(a.ID, b.ID) })
	return s, nil
}

// check recomputes what must hold after every batch.
func (r *record) check(ctx context.Context) error {
	if err := r.checkEntries(); err != nil {
		return err
	}
	if err := r.checkLocked(); err != nil {
		return err
	}
	if err := r.checkFills(); err != nil {
		return err
	}
	if err := r.checkLevels(); err != nil {
		return err
	}
	found, err := trading.Verify(ctx, r, markets)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("replay differs: %q", found)
	}
	return nil
}

// checkEntries asserts that each command's entries sum to zero by asset, and that
// a balance is the sum of its entries.
func (r *record) checkEntries() error {
	type transaction struct {
		seq   exchange.Seq
		asset exchange.AssetID
	}
	sums, balances := map[transaction]exchange.Amount{}, map[holding]exchange.Balance{}
	for _, e := range r.entries {
		sums[transaction{e.Seq, e.Asset}] += e.Available + e.Locked
		b := balances[holding{e.Account, e.Asset}]
		b.Account, b.Asset, b.Available, b.Locked = e.Account, e.Asset, b.Available+e.Available, b.Locked+e.Locked
		balances[holding{e.Account, e.Asset}] = b
	}
	for k, sum := range sums {
		if sum != 0 {
			return fmt.Errorf("the entries of command %d in asset %d sum to %s", k.seq, k.asset, sum)
		}
	}
	for k, b := range r.balances {
		switch {
		case balances[k] != b:
			return fmt.Errorf("balance %+v, its entries sum to %+v", b, balances[k])
		case b.Locked < 0, b.Available < 0 && b.Account != exchange.External:
			return fmt.Errorf("negative balance %+v", b)
		}
	}
	return nil
}

// checkLocked asserts that exactly what orders and withdrawals reserve is locked.
func (r *record) checkLocked() error {
	reserved := map[holding]exchange.Amount{}
	for _, o := range r.orders {
		asset, amount, err := o.Reserved(markets[o.Market-1])
		if err != nil {
			return fmt.Errorf("reservation of order %d: %w", o.ID, err)
		}
		reserved[holding{o.Account, asset}] += amount
	}
	for _, w := range r.withdrawals {
		if w.Status == exchange.WithdrawalHeld {
			reserved[holding{w.Account, w.Asset}] += w.Amount
		}
	}
	for k, b := range r.balances {
		if b.Locked != reserved[k] {
			return fmt.Errorf("account %d has %s of asset %d locked and %s reserved", k.account, b.Locked, k.asset, reserved[k])
		}
	}
	return nil
}

// checkFills asserts that an order executed what its trades say.
func (r *record) checkFills() error {
	type fills struct{ quantity, quote exchange.Amount }
	traded := map[exchange.OrderID]fills{}
	for _, t := range r.trades {
		for _, id := range []exchange.OrderID{t.MakerOrder, t.TakerOrder} {
			f := traded[id]
			traded[id] = fills{f.quantity + t.Quantity, f.quote + t.Quote}
		}
	}
	for id, o := range r.orders {
		if traded[id] != (fills{o.Executed, o.CumulativeQuote}) {
			return fmt.Errorf("order %d executed %s for %s, its trades %+v", id, o.Executed, o.CumulativeQuote, traded[id])
		}
	}
	return nil
}

// checkLevels asserts that the published levels add up the open orders, uncrossed.
func (r *record) checkLevels() error {
	resting := map[level]exchange.Amount{}
	for _, o := range r.orders {
		if o.Open() {
			resting[level{o.Market, o.Side, o.Price}] += o.Remaining()
		}
	}
	for k, quantity := range r.levels {
		if resting[k] != quantity {
			return fmt.Errorf("published level %+v of %s, open orders have %s", k, quantity, resting[k])
		}
		delete(resting, k)
	}
	if len(resting) > 0 {
		return fmt.Errorf("levels never published: %v", resting)
	}
	for bid := range r.levels {
		for ask := range r.levels {
			crossed := bid.market == ask.market && bid.side == exchange.Buy && ask.side == exchange.Sell && bid.price >= ask.price
			if crossed && r.levels[bid] > 0 && r.levels[ask] > 0 {
				return fmt.Errorf("the bid at %s crosses the ask at %s", bid.price, ask.price)
			}
		}
	}
	return nil
}
