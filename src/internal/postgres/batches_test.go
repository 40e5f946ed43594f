package postgres_test

import (
	"crypto/sha256"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// batch makes the changes of commands first to last, of the first epoch, that
// touch nothing but the log.
func batch(first, last exchange.Seq) *exchange.Changes {
	c := &exchange.Changes{Batch: exchange.Batch{ID: last, First: first, Last: last, Epoch: 1, At: noon}}
	for seq := first; seq <= last; seq++ {
		c.Commands = append(c.Commands, exchange.CommandRecord{Seq: seq, Kind: exchange.CancelOrder, At: noon, Account: alice, Market: btcusdt, Ref: 1})
	}
	return c
}

// order makes a resting order, which must be given an id of its own.
func order(id exchange.OrderID, account exchange.AccountID, side exchange.Side, price, quantity string) exchange.Order {
	return exchange.Order{
		ID: id, Account: account, Market: btcusdt, ClientID: fmt.Sprintf("c%d", id), Side: side, Type: exchange.Limit,
		TimeInForce: exchange.GTC, SelfTrade: exchange.ExpireTaker, Price: exchange.MustAmount(price), Quantity: exchange.MustAmount(quantity),
		MakerFee: 1000, TakerFee: 2000, Status: exchange.StatusNew, CreatedAt: noon, UpdatedAt: noon, UpdatedSeq: exchange.Seq(id),
	}
}

// place makes a batch of orders that rest.
func place(orders ...exchange.Order) *exchange.Changes {
	first, last := orders[0].ID, orders[len(orders)-1].ID
	c := &exchange.Changes{Batch: exchange.Batch{ID: exchange.Seq(last), First: exchange.Seq(first), Last: exchange.Seq(last), Epoch: 1, At: noon}}
	for _, o := range orders {
		c.Commands = append(c.Commands, exchange.CommandRecord{
			Seq: exchange.Seq(o.ID), Kind: exchange.PlaceOrder, At: noon, Account: o.Account, Market: o.Market, Ref: int64(o.ID),
		})
	}
	c.NewOrders, c.Batch.Orders = orders, orders
	return c
}

// deposits is a batch of two deposits: 10 BTC to Alice with command 1, 1000 USDT
// to Bob with command 2.
func deposits() *exchange.Changes {
	ten, thousand := exchange.MustAmount("10"), exchange.MustAmount("1000")
	c := &exchange.Changes{
		Batch: exchange.Batch{ID: 2, First: 1, Last: 2, Epoch: 1, At: noon, Balances: []exchange.Balance{
			{Account: exchange.External, Asset: btc, Available: -ten},
			{Account: alice, Asset: btc, Available: ten},
			{Account: exchange.External, Asset: usdt, Available: -thousand},
			{Account: bob, Asset: usdt, Available: thousand},
		}},
		Commands: []exchange.CommandRecord{
			{Seq: 1, Kind: exchange.Deposit, At: noon, Account: alice, Ref: 1, Asset: btc, Amount: ten},
			{Seq: 2, Kind: exchange.Deposit, At: noon, Account: bob, Ref: 2, Asset: usdt, Amount: thousand},
		},
		Entries: []exchange.PostedEntry{
			{Seq: 1, Entry: exchange.Entry{Account: exchange.External, Asset: btc, Available: -ten}},
			{Seq: 1, Entry: exchange.Entry{Account: alice, Asset: btc, Available: ten}},
			{Seq: 2, Entry: exchange.Entry{Account: exchange.External, Asset: usdt, Available: -thousand}},
			{Seq: 2, Entry: exchange.Entry{Account: bob, Asset: usdt, Available: thousand}},
		},
		Deposits: []exchange.Transfer{
			{ID: 1, Account: alice, Asset: btc, Amount: ten, Reference: "tx 1", At: noon},
			{ID: 2, Account: bob, Asset: usdt, Amount: thousand, Reference: "tx 2", At: noon},
		},
	}
	c.NewBalances = c.Batch.Balances
	return c
}

// trading is the batch after deposits: Alice offers 4 BTC at 100 with command 3,
// Bob buys 1 of them with command 4, Alice requests a withdrawal of 2 BTC with
// command 5. Fees are 0.1 % for the maker and 0.2 % for the taker.
func trading() *exchange.Changes {
	amount := exchange.MustAmount
	offer, bid := order(3, alice, exchange.Sell, "100", "4"), order(4, bob, exchange.Buy, "100", "1")
	offer.Executed, offer.CumulativeQuote, offer.Status, offer.UpdatedSeq = amount("1"), amount("100"), exchange.StatusPartiallyFilled, 4
	bid.Executed, bid.CumulativeQuote, bid.Status = amount("1"), amount("100"), exchange.StatusFilled
	key := exchange.IdempotencyKey{Scope: "key-of-alice", Key: "withdraw-1", Hash: hash("withdraw 2")}
	refused := exchange.IdempotencyKey{Scope: "key-of-alice", Key: "withdraw-2", Hash: hash("withdraw 99")}
	held := exchange.Withdrawal{
		ID: 5, Account: alice, Asset: btc, Amount: amount("2"), Reference: "bc1q", Status: exchange.WithdrawalHeld, RequestedAt: noon, UpdatedAt: noon,
	}
	return &exchange.Changes{
		Batch: exchange.Batch{
			ID: 5, First: 3, Last: 5, Epoch: 1, At: noon,
			Orders: []exchange.Order{offer, bid},
			Trades: []exchange.Trade{{
				ID: 1, Seq: 4, Market: btcusdt, Price: amount("100"), Quantity: amount("1"), Quote: amount("100"), TakerSide: exchange.Buy,
				MakerOrder: 3, TakerOrder: 4, MakerAccount: alice, TakerAccount: bob, MakerFee: amount("0.1"), TakerFee: amount("0.002"), At: noon,
			}},
			Levels: []exchange.LevelChange{{Market: btcusdt, Side: exchange.Sell, Price: amount("100"), Quantity: amount("3")}},
			Balances: []exchange.Balance{
				{Account: alice, Asset: btc, Available: amount("4"), Locked: amount("5")},
				{Account: alice, Asset: usdt, Available: amount("99.9")},
				{Account: bob, Asset: usdt, Available: amount("900")},
				{Account: bob, Asset: btc, Available: amount("0.998")},
				{Account: exchange.Fees, Asset: usdt, Available: amount("0.1")},
				{Account: exchange.Fees, Asset: btc, Available: amount("0.002")},
			},
		},
		Commands: []exchange.CommandRecord{
			{Seq: 3, Kind: exchange.PlaceOrder, At: noon, Account: alice, Market: btcusdt, Ref: 3},
			{Seq: 4, Kind: exchange.PlaceOrder, At: noon, Account: bob, Market: btcusdt, Ref: 4},
			{Seq: 5, Kind: exchange.RequestWithdrawal, At: noon, Account: alice, Ref: 5, Asset: btc, Amount: amount("2")},
		},
		NewOrders: []exchange.Order{offer, bid},
		Entries: []exchange.PostedEntry{
			{Seq: 3, Entry: exchange.Entry{Account: alice, Asset: btc, Available: amount("-4"), Locked: amount("4")}},
			{Seq: 4, Entry: exchange.Entry{Account: alice, Asset: btc, Locked: amount("-1")}},
			{Seq: 4, Entry: exchange.Entry{Account: alice, Asset: usdt, Available: amount("99.9")}},
			{Seq: 4, Entry: exchange.Entry{Account: bob, Asset: usdt, Available: amount("-100")}},
			{Seq: 4, Entry: exchange.Entry{Account: bob, Asset: btc, Available: amount("0.998")}},
			{Seq: 4, Entry: exchange.Entry{Account: exchange.Fees, Asset: usdt, Available: amount("0.1")}},
			{Seq: 4, Entry: exchange.Entry{Account: exchange.Fees, Asset: btc, Available: amount("0.002")}},
			{Seq: 5, Entry: exchange.Entry{Account: alice, Asset: btc, Available: amount("-2"), Locked: amount("2")}},
		},
		NewBalances: []exchange.Balance{
			{Account: alice, Asset: usdt, Available: amount("99.9")},
			{Account: bob, Asset: btc, Available: amount("0.998")},
			{Account: exchange.Fees, Asset: usdt, Available: amount("0.1")},
			{Account: exchange.Fees, Asset: btc, Available: amount("0.002")},
		},
		BalanceDeltas: []exchange.Balance{
			{Account: alice, Asset: btc, Available: amount("-6"), Locked: amount("5")},
			{Account: bob, Asset: usdt, Available: amount("-100")},
		},
		Withdrawals: []exchange.Withdrawal{held},
		Idempotency: []exchange.IdempotencyRecord{
			{Key: key, Outcome: exchange.Outcome{Seq: 5, At: noon, Withdrawal: held}},
			{Key: refused, Refusal: exchange.ErrInsufficientBalance},
		},
	}
}

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
