package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

// BenchmarkCommit commits batches of 256 commands to a durable server: 128 orders
// that rest, and 128 that fill those of the batch before, of 100 accounts.
func BenchmarkCommit(b *testing.B) {
	server := pgtest.Server(b)
	if err := server.EnsureDatabase(b.Context(), "exchange"); err != nil {
		b.Fatal(err)
	}
	j := newJournalOn(b, server.URL("exchange"))
	load := newLoad()
	j.commit(b, load.deposits())
	j.commit(b, load.batch())
	b.ReportAllocs()
	commands := 0
	var took time.Duration // in Commit alone
	for b.Loop() {
		changes := load.batch()
		began := time.Now()
		j.commit(b, changes)
		took += time.Since(began)
		commands += len(changes.Commands)
	}
	b.ReportMetric(float64(commands)/took.Seconds(), "commands/s")
	b.ReportMetric(float64(took.Microseconds())/float64(b.N)/1000, "ms/commit")
}

// load makes consistent batches without end.
type load struct {
	seq     exchange.Seq
	trade   exchange.TradeID
	resting []exchange.Order
}

const (
	loadAccounts = 100
	loadOrders   = 128 // of each kind in a batch
)

func newLoad() *load { return &load{} }

func loadAccount(i int) exchange.AccountID {
	return exchange.FirstAccount + exchange.AccountID(i%loadAccounts)
}

// deposits gives every account balances that no run spends.
func (l *load) deposits() *exchange.Changes {
	c := &exchange.Changes{}
	for i := range loadAccounts {
		for _, asset := range []exchange.AssetID{btc, usdt} {
			b := exchange.Balance{Account: loadAccount(i), Asset: asset, Available: 1 << 54, Locked: 1 << 54}
			c.NewBalances = append(c.NewBalances, b)
		}
	}
	for _, asset := range []exchange.AssetID{btc, usdt} {
		c.NewBalances = append(c.NewBalances, exchange.Balance{Account: exchange.Fees, Asset: asset})
	}
	l.seq++
	c.Batch = exchange.Batch{ID: l.seq, First: l.seq, Last: l.seq, Epoch: 1, At: noon}
	c.Commands = []exchange.CommandRecord{{Seq: l.seq, Kind: exchange.Deposit, At: noon, Account: alice, Ref: int64(l.seq), Asset: btc}}
	return c
}

func (l *load) batch() *exchange.Changes {
	c := &exchange.Changes{Batch: exchange.Batch{First: l.seq + 1, Epoch: 1, At: noon + exchange.Millis(l.seq)}}
	makers := l.resting
	l.resting = nil
	for i := range makers {
		l.fill(c, &makers[i])
	}
	for i := range loadOrders {
		o := l.place(c, loadAccount(i), exchange.Sell)
		o.Status = exchange.StatusNew
		c.NewOrders = append(c.NewOrders, o)
		l.resting = append(l.resting, o)
		l.post(c, exchange.Entry{Account: o.Account, Asset: btc, Available: -o.Quantity, Locked: o.Quantity})
		c.Batch.Levels = append(c.Batch.Levels, exchange.LevelChange{Market: btcusdt, Side: exchange.Sell, Price: o.Price, Quantity: o.Quantity})
	}
	c.Batch.ID, c.Batch.Last = l.seq, l.seq
	c.Batch.Orders = append(append(c.Batch.Orders, c.ChangedOrders...), c.NewOrders...)
	l.sum(c)
	return c
}

// fill has a new order take all of a resting one.
func (l *load) fill(c *exchange.Changes, maker *exchange.Order) {
	taker := l.place(c, loadAccount(int(maker.Account-exchange.FirstAccount)+1), exchange.Buy)
	quote, err := exchange.Notional(maker.Price, maker.Quantity)
	if err != nil {
		panic(err)
	}
	for _, o := range []*exchange.Order{maker, &taker} {
		o.Executed, o.CumulativeQuote, o.Status, o.UpdatedSeq = o.Quantity, quote, exchange.StatusFilled, l.seq
	}
	c.NewOrders, c.ChangedOrders = append(c.NewOrders, taker), append(c.ChangedOrders, *maker)
	l.trade++
	c.Batch.Trades = append(c.Batch.Trades, exchange.Trade{
		ID: l.trade, Seq: l.seq, Market: btcusdt, Price: maker.Price, Quantity: maker.Quantity, Quote: quote, TakerSide: exchange.Buy,
		MakerOrder: maker.ID, TakerOrder: taker.ID, MakerAccount: maker.Account, TakerAccount: taker.Account, MakerFee: 1, TakerFee: 1, At: c.Batch.At,
	})
	l.post(c,
		exchange.Entry{Account: maker.Account, Asset: btc, Locked: -maker.Quantity},
		exchange.Entry{Account: maker.Account, Asset: usdt, Available: quote - 1},
		exchange.Entry{Account: taker.Account, Asset: usdt, Available: -quote},
		exchange.Entry{Account: taker.Account, Asset: btc, Available: maker.Quantity - 1},
		exchange.Entry{Account: exchange.Fees, Asset: usdt, Available: 1},
		exchange.Entry{Account: exchange.Fees, Asset: btc, Available: 1})
}

func (l *load) place(c *exchange.Changes, account exchange.AccountID, side exchange.Side) exchange.Order {
	l.seq++
	o := order(exchange.OrderID(l.seq), account, side, "100", "0.01")
	o.ClientID = fmt.Sprintf("client-order-%020d", l.seq)
	o.Price += exchange.Amount(l.seq%loadOrders) * exchange.MustAmount("0.01")
	c.Commands = append(c.Commands, exchange.CommandRecord{
		Seq: l.seq, Kind: exchange.PlaceOrder, At: c.Batch.At, Account: account, Market: btcusdt, Ref: int64(o.ID),
	})
	return o
}

func (l *load) post(c *exchange.Changes, entries ...exchange.Entry) {
	for _, e := range entries {
		c.Entries = append(c.Entries, exchange.PostedEntry{Seq: l.seq, Entry: e})
	}
}

// sum nets the entries into one delta for each balance.
func (l *load) sum(c *exchange.Changes) {
	type key struct {
		account exchange.AccountID
		asset   exchange.AssetID
	}
	row := map[key]int{}
	for _, e := range c.Entries {
		k := key{e.Account, e.Asset}
		if _, known := row[k]; !known {
			row[k] = len(c.BalanceDeltas)
			c.BalanceDeltas = append(c.BalanceDeltas, exchange.Balance{Account: e.Account, Asset: e.Asset})
		}
		b := &c.BalanceDeltas[row[k]]
		b.Available, b.Locked = b.Available+e.Available, b.Locked+e.Locked
	}
	c.Batch.Balances = c.BalanceDeltas
}
