package trading

import "github.com/bitpin/exchange/src/internal/exchange"

// changes collects what a batch did. Slices that leave with the batch are made
// anew for the next one; the others are reused.
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
}

type levelKey struct {
	market exchange.MarketID
	side   exchange.Side
	price  exchange.Amount
}

func (c *changes) reset(seq exchange.Seq) {
	*c = changes{first: seq + 1, commands: c.commands[:0], entries: c.entries[:0], orders: c.orders[:0], levels: c.levels[:0], seen: c.seen}
	if c.seen == nil {
		c.seen = map[levelKey]struct{}{}
	}
	clear(c.seen)
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
// an epoch, and starts a new batch. It is empty if nothing was accepted.
func (s *State) EndBatch(at exchange.Millis, epoch int64) *exchange.Changes {
	c := &s.changes
	out := &exchange.Changes{
		Batch:    exchange.Batch{ID: s.seq, First: c.first, Last: s.seq, Epoch: epoch, At: at, Trades: c.trades},
		Commands: c.commands, Entries: c.entries, Deposits: c.deposits, Withdrawals: c.withdrawals,
	}
	out.Batch.Orders = make([]exchange.Order, 0, len(c.orders))
	for _, o := range c.orders {
		o.dirty = false
		out.Batch.Orders = append(out.Batch.Orders, o.Order)
		if exchange.Seq(o.ID) >= c.first {
			out.NewOrders = append(out.NewOrders, o.Order)
		} else {
			out.ChangedOrders = append(out.ChangedOrders, o.Order)
		}
	}
	for _, k := range c.levels {
		out.Batch.Levels = append(out.Batch.Levels, exchange.LevelChange{
			Market: k.market, Side: k.side, Price: k.price, Quantity: s.markets[k.market].book.LevelQuantity(k.side, k.price),
		})
	}
	for _, change := range s.ledger.EndBatch(nil) {
		out.Batch.Balances = append(out.Batch.Balances, change.Balance)
		if change.New {
			out.NewBalances = append(out.NewBalances, change.Balance)
		} else {
			out.BalanceDeltas = append(out.BalanceDeltas, exchange.Balance{
				Account: change.Balance.Account, Asset: change.Balance.Asset,
				Available: change.Delta.Available, Locked: change.Delta.Locked,
			})
		}
	}
	c.reset(s.seq)
	return out
}
