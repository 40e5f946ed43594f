package postgres_test

import (
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	engine "github.com/bitpin/exchange/src/internal/trading"
)

// eth is a third asset and ethusdt a second market, beside those of a journal.
const (
	deskBTC, deskETH, deskUSDT = exchange.AssetID(1), exchange.AssetID(2), exchange.AssetID(3)
	ethusdt                    = exchange.MarketID(2)
	carol                      = exchange.FirstAccount + 2
)

// desk is an exchange in a database: the real engine executes commands, and each
// batch is committed.
type desk struct {
	*database
	state *engine.State
	lease exchange.Lease
}

// newDesk makes an exchange with two markets and the accounts alice, bob and carol,
// who own nothing.
func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{database: newDatabase(t)}
	d.must(d.AddAssets(t.Context(), []string{"BTC", "ETH", "USDT"}))
	for _, base := range []string{"BTC", "ETH"} {
		d.must(d.AddMarket(t.Context(), exchange.Market{
			Symbol: base + "USDT", Base: exchange.Asset{Code: base}, Quote: exchange.Asset{Code: "USDT"},
			Tick: exchange.MustAmount("0.01"), Lot: exchange.MustAmount("0.0001"),
			MinPrice: exchange.MustAmount("0.01"), MaxPrice: exchange.MustAmount("1000000"),
			MinQuantity: exchange.MustAmount("0.0001"), MaxQuantity: exchange.MustAmount("1000"),
		}))
	}
	for _, name := range []string{"alice", "bob", "carol"} {
		d.account(name)
	}
	catalog, err := d.Catalog(t.Context())
	d.must(err)
	d.lease = d.lead()
	snapshot, err := d.Load(t.Context())
	d.must(err)
	d.state, err = engine.NewState(catalog.Markets(), snapshot)
	d.must(err)
	return d
}

// apply executes a command in memory, for the next commit.
func (d *desk) apply(command exchange.Command) (exchange.Outcome, error) {
	return d.state.Apply(&command, engine.Stamp{At: d.millis(), MakerFee: 500, TakerFee: 1000})
}

func (d *desk) commit() {
	d.t.Helper()
	changes := d.state.EndBatch(d.millis(), d.lease.Epoch)
	d.must(d.Commit(d.t.Context(), d.lease, time.Hour, changes))
}

// submit executes commands that must succeed, each in a batch of its own, ten
// seconds apart.
func (d *desk) submit(commands ...exchange.Command) (last exchange.Outcome) {
	d.t.Helper()
	for _, command := range commands {
		var err error
		if last, err = d.apply(command); err != nil {
			d.t.Fatalf("%s of %d: %v", command.Kind, command.Account, err)
		}
		d.commit()
		d.pass(10 * time.Second)
	}
	return last
}

func deposit(account exchange.AccountID, asset exchange.AssetID, amount string) exchange.Command {
	return exchange.Command{Kind: exchange.Deposit, Account: account, Asset: asset, Amount: exchange.MustAmount(amount), Reference: "in"}
}

func withdraw(account exchange.AccountID, asset exchange.AssetID, amount string) exchange.Command {
	return exchange.Command{Kind: exchange.RequestWithdrawal, Account: account, Asset: asset, Amount: exchange.MustAmount(amount), Reference: "out"}
}

// limit places an order until cancelled.
func limit(account exchange.AccountID, market exchange.MarketID, side exchange.Side, quantity, price, clientID string) exchange.Command {
	return exchange.Command{Kind: exchange.PlaceOrder, Account: account, Market: market, Order: exchange.NewOrder{
		ClientID: clientID, Side: side, Type: exchange.Limit, TimeInForce: exchange.GTC, SelfTrade: exchange.ExpireMaker,
		Price: exchange.MustAmount(price), Quantity: exchange.MustAmount(quantity),
	}}
}

func within(force exchange.TimeInForce, command exchange.Command) exchange.Command {
	command.Order.TimeInForce = force
	return command
}

func marketByQuote(account exchange.AccountID, market exchange.MarketID, side exchange.Side, quote, clientID string) exchange.Command {
	return exchange.Command{Kind: exchange.PlaceOrder, Account: account, Market: market, Order: exchange.NewOrder{
		ClientID: clientID, Side: side, Type: exchange.MarketOrder, SelfTrade: exchange.ExpireTaker, QuoteQuantity: exchange.MustAmount(quote),
	}}
}

// fill has something of everything happen; the numbers are the commands' own.
func (d *desk) fill() {
	d.t.Helper()
	d.submit(
		/*  1 */ deposit(alice, deskBTC, "10"),
		/*  2 */ deposit(bob, deskUSDT, "100000"),
		/*  3 */ deposit(carol, deskBTC, "10"),
		/*  4 */ limit(alice, btcusdt, exchange.Sell, "1", "30000", "a1"),
		/*  5 */ limit(carol, btcusdt, exchange.Sell, "1", "30100", "c1"), // stays open
		/*  6 */ limit(bob, btcusdt, exchange.Buy, "0.4", "30000", "b1"), // trade 1: 0.4 of 4
		/*  7 */ limit(bob, btcusdt, exchange.Buy, "1", "29000", "b2"),
		/*  8 */ marketByQuote(alice, btcusdt, exchange.Sell, "2900", "a2"), // trade 2: 0.1 of 7
		/*  9 */ limit(bob, btcusdt, exchange.Buy, "0.5", "28000", "b3"),
		/* 10 */ exchange.Command{Kind: exchange.CancelOrder, Account: bob, Market: btcusdt, Ref: exchange.OrderRef{ClientID: "b3"}},
		/* 11 */ withdraw(bob, deskUSDT, "1000"), // stays held
		/* 12 */ withdraw(bob, deskUSDT, "500"),
		/* 13 */ exchange.Command{Kind: exchange.SettleWithdrawal, Withdrawal: 12},
		/* 14 */ withdraw(bob, deskUSDT, "200"),
		/* 15 */ exchange.Command{Kind: exchange.CancelWithdrawal, Account: bob, Withdrawal: 14},
		/* 16 */ limit(bob, btcusdt, exchange.Sell, "0.1", "29000", "b4"), // expires 7, and rests
		/* 17 */ limit(bob, btcusdt, exchange.Buy, "0.2", "28000", "b3"), // stays open
		/* 18 */ within(exchange.IOC, limit(alice, btcusdt, exchange.Buy, "0.05", "29500", "a3")), // trade 3: 0.05 of 16
		/* 19 */ within(exchange.FOK, limit(alice, btcusdt, exchange.Buy, "0.3", "29500", "a4")), // expires
		/* 20 */ deposit(carol, deskETH, "5"),
		/* 21 */ limit(carol, ethusdt, exchange.Sell, "1", "2000", "c2"),
		/* 22 */ exchange.Command{Kind: exchange.CancelAllOrders, Account: carol, Market: ethusdt},
	)
}
