package trading

import (
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/ledger"
)

// changes collects what a batch did. What leaves with the exchange.Batch is made
// anew for the next one; all else is reused.
type changes struct {
	first       exchange.Seq
	commands    []exchange.CommandRecord
	entries     []exchange.PostedEntry
	orders      []*order
	trades      []exchange.Trade
	levels      []levelKey
	seen        map[levelKey]struct{}
	deposits    []exchange.Transfer
	withdrawals []exchange.Withdrawal

	// Made at the end of the batch.
	newOrders, changedOrders   []exchange.Order
	balances                   []ledger.Change
	newBalances, balanceDeltas []exchange.Balance
}

type levelKey struct {
	market exchange.MarketID
	side   exchange.Side
	price  exchange.Amount
}

func (c *changes) reset(seq exchange.Seq) {
	if c.seen == nil {
		c.seen = map[levelKey]struct{}{}
	}
	clear(c.seen)
	clear(c.orders) // closed ones are garbage now
	c.first, c.trades = seq+1, nil
	c.commands, c.entries, c.orders, c.levels = c.commands[:0], c.entries[:0], c.orders[:0], c.levels[:0]
	c.deposits, c.withdrawals = c.deposits[:0], c.withdrawals[:0]
}

func (c *changes) record(command exchange.CommandRecord, entries []exchange.Entry) {
	c.commands = append(c.commands, command)
	for _, e := range entries {
		c.entries = append(c.entries, exchange.PostedEntry{Seq: command.Seq, Entry: e})
	}
}

func (c *changes) touch(o *order) {
	if !o.dirty {
		o.dirty = true
		c.orders = append(c.orders, o)
	}
}

func (c *changes) level(market exchange.MarketID, side exchange.Side, price exchange.Amount) {
	k := levelKey{market, side, price}
	if _, seen := c.seen[k]; !seen {
		c.seen[k] = struct{}{}
		c.levels = append(c.levels, k)
	}
}

func (c *changes) placed(o *order) { c.touch(o) }

func (c *changes) traded(t exchange.Trade, maker *order) {
	c.trades = append(c.trades, t)
	c.touch(maker)
	c.level(maker.Market, maker.Side, maker.Price)
}

// EndBatch returns what has been applied since the last call, for one commit under
// an epoch, and starts a new batch. It is empty if nothing was accepted. Its Batch
// may be kept; the rest is valid until the next command is applied.
func (s *State) EndBatch(at exchange.Millis, epoch int64) *exchange.Changes {
	c := &s.changes
	out := &exchange.Changes{
		Batch:    exchange.Batch{ID: s.seq, First: c.first, Last: s.seq, Epoch: epoch, At: at, Trades: c.trades},
		Commands: c.commands, Entries: c.entries, Deposits: c.deposits, Withdrawals: c.withdrawals,
	}
	c.endOrders(out)
	out.Batch.Levels = make([]exchange.LevelChange, 0, len(c.levels))
	for _, k := range c.levels {
		out.Batch.Levels = append(out.Batch.Levels, exchange.LevelChange{
			Market: k.market, Side: k.side, Price: k.price, Quantity: s.markets[k.market].book.LevelQuantity(k.side, k.price),
		})
	}
	c.balances = s.ledger.EndBatch(c.balances[:0])
	c.endBalances(out)
	c.reset(s.seq)
	return out
}

func (c *changes) endOrders(out *exchange.Changes) {
	out.Batch.Orders = make([]exchange.Order, 0, len(c.orders))
	c.newOrders, c.changedOrders = c.newOrders[:0], c.changedOrders[:0]
	for _, o := range c.orders {
		o.dirty = false
		out.Batch.Orders = append(out.Batch.Orders, o.Order)
		if exchange.Seq(o.ID) >= c.first {
			c.newOrders = append(c.newOrders, o.Order)
		} else {
			c.changedOrders = append(c.changedOrders, o.Order)
		}
	}
	out.NewOrders, out.ChangedOrders = c.newOrders, c.changedOrders
}

func (c *changes) endBalances(out *exchange.Changes) {
	out.Batch.Balances = make([]exchange.Balance, 0, len(c.balances))
	c.newBalances, c.balanceDeltas = c.newBalances[:0], c.balanceDeltas[:0]
	for _, change := range c.balances {
		out.Batch.Balances = append(out.Batch.Balances, change.Balance)
		if change.New {
			c.newBalances = append(c.newBalances, change.Balance)
		} else {
			c.balanceDeltas = append(c.balanceDeltas, exchange.Balance{
				Account: change.Balance.Account, Asset: change.Balance.Asset,
				Available: change.Delta.Available, Locked: change.Delta.Locked,
			})
		}
	}
	out.NewBalances, out.BalanceDeltas = c.newBalances, c.balanceDeltas
}
