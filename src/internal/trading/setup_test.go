package trading_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

var (
	btc  = exchange.Asset{ID: 1, Code: "BTC"}
	eth  = exchange.Asset{ID: 2, Code: "ETH"}
	usdt = exchange.Asset{ID: 3, Code: "USDT"}

	assets  = []exchange.Asset{btc, eth, usdt}
	markets = []exchange.Market{market(btcUSDT, btc, usdt), market(ethUSDT, eth, usdt), market(ethBTC, eth, btc)}
)

const (
	btcUSDT exchange.MarketID = iota + 1
	ethUSDT
	ethBTC
)

const (
	alice exchange.AccountID = 101
	bob   exchange.AccountID = 102
	carol exchange.AccountID = 103
)

var accountNames = map[exchange.AccountID]string{exchange.External: "external", exchange.Fees: "fees", alice: "alice", bob: "bob", carol: "carol"}

func amount(text string) exchange.Amount { return exchange.MustAmount(text) }

// market makes a market that trades 0.001 to 1000 at prices from 0.01 to 100000,
// for at least 1.
func market(id exchange.MarketID, base, quote exchange.Asset) exchange.Market {
	return exchange.Market{
		ID: id, Symbol: base.Code + quote.Code, Base: base, Quote: quote,
		Tick: amount("0.01"), Lot: amount("0.001"), MinPrice: amount("0.01"), MaxPrice: amount("100000"),
		MinQuantity: amount("0.001"), MaxQuantity: amount("1000"), MinNotional: amount("1"),
	}
}

// desk is a state and the record of what it did.
type desk struct {
	tb     testing.TB
	state  *trading.State
	record *record
	stamp  trading.Stamp
	orders int
}

// newDesk gives alice, bob and carol 10 BTC, 10 ETH and 10000 USDT each. Makers pay
// 0.1 %, takers 0.2 %.
func newDesk(tb testing.TB) *desk {
	tb.Helper()
	d := emptyDesk(tb)
	for _, account := range []exchange.AccountID{alice, bob, carol} {
		d.mustApply(deposit(account, btc, "10"))
		d.mustApply(deposit(account, eth, "10"))
		d.mustApply(deposit(account, usdt, "10000"))
	}
	d.endBatch()
	return d
}

func emptyDesk(tb testing.TB) *desk {
	tb.Helper()
	state, err := trading.NewState(markets, exchange.Snapshot{})
	if err != nil {
		tb.Fatal(err)
	}
	return &desk{tb: tb, state: state, record: newRecord(), stamp: trading.Stamp{At: 1000, MakerFee: 1000, TakerFee: 2000}}
}

// apply executes a command. Orders without a client id get "o1", "o2" and so on.
func (d *desk) apply(c exchange.Command) (exchange.Outcome, error) {
	d.stamp.At++
	if c.Kind == exchange.PlaceOrder && c.Order.ClientID == "" {
		d.orders++
		c.Order.ClientID = fmt.Sprintf("o%d", d.orders)
	}
	return d.state.Apply(&c, d.stamp)
}

func (d *desk) mustApply(c exchange.Command) exchange.Outcome {
	d.tb.Helper()
	outcome, err := d.apply(c)
	if err != nil {
		d.tb.Fatalf("%s of account %d: %v", c.Kind, c.Account, err)
	}
	return outcome
}

// endBatch records the batch and checks all that must hold.
func (d *desk) endBatch() {
	d.tb.Helper()
	if err := d.record.add(d.state.EndBatch(d.stamp.At, 1)); err != nil {
		d.tb.Fatal(err)
	}
	if err := d.record.check(d.tb.Context()); err != nil {
		d.tb.Fatal(err)
	}
}

func (d *desk) balance(account exchange.AccountID, asset exchange.Asset) string {
	b := d.record.balances[holding{account, asset.ID}]
	text := fmt.Sprintf("%s %s %s", accountNames[account], asset.Code, short(b.Available))
	if b.Locked != 0 {
		text += " + " + short(b.Locked)
	}
	return text
}

// short renders an amount without the zeros at its end.
func short(a exchange.Amount) string {
	return strings.TrimSuffix(strings.TrimRight(a.String(), "0"), ".")
}

func deposit(account exchange.AccountID, asset exchange.Asset, value string) exchange.Command {
	return exchange.Command{Kind: exchange.Deposit, Account: account, Asset: asset.ID, Amount: amount(value), Reference: "test"}
}

func withdraw(account exchange.AccountID, asset exchange.Asset, value string) exchange.Command {
	return exchange.Command{Kind: exchange.RequestWithdrawal, Account: account, Asset: asset.ID, Amount: amount(value), Reference: "away"}
}

// limit makes a GTC order of BTC for USDT.
func limit(account exchange.AccountID, side exchange.Side, quantity, price string, options ...func(*exchange.Command)) exchange.Command {
	return place(account, exchange.NewOrder{
		Side: side, Type: exchange.Limit, TimeInForce: exchange.GTC, Quantity: amount(quantity), Price: amount(price),
	}, options)
}

func marketOrder(account exchange.AccountID, side exchange.Side, quantity string, options ...func(*exchange.Command)) exchange.Command {
	return place(account, exchange.NewOrder{Side: side, Type: exchange.MarketOrder, Quantity: amount(quantity)}, options)
}

func marketOrderFor(account exchange.AccountID, side exchange.Side, quote string, options ...func(*exchange.Command)) exchange.Command {
	return place(account, exchange.NewOrder{Side: side, Type: exchange.MarketOrder, QuoteQuantity: amount(quote)}, options)
}

func place(account exchange.AccountID, o exchange.NewOrder, options []func(*exchange.Command)) exchange.Command {
	o.SelfTrade = exchange.ExpireMaker
	c := exchange.Command{Kind: exchange.PlaceOrder, Account: account, Market: btcUSDT, Order: o}
	for _, option := range options {
		option(&c)
	}
	return c
}

func on(m exchange.MarketID) func(*exchange.Command) {
	return func(c *exchange.Command) { c.Market = m }
}

func named(id string) func(*exchange.Command) {
	return func(c *exchange.Command) { c.Order.ClientID = id }
}

func inForce(tif exchange.TimeInForce) func(*exchange.Command) {
	return func(c *exchange.Command) { c.Order.TimeInForce = tif }
}

func preventing(mode exchange.SelfTradePrevention) func(*exchange.Command) {
	return func(c *exchange.Command) { c.Order.SelfTrade = mode }
}

func makerOnly(c *exchange.Command) { c.Order.Type = exchange.LimitMaker }

func cancel(account exchange.AccountID, m exchange.MarketID, ref exchange.OrderRef) exchange.Command {
	return exchange.Command{Kind: exchange.CancelOrder, Account: account, Market: m, Ref: ref}
}

func cancelAll(account exchange.AccountID, m exchange.MarketID) exchange.Command {
	return exchange.Command{Kind: exchange.CancelAllOrders, Account: account, Market: m}
}

func byClientID(id string) exchange.OrderRef { return exchange.OrderRef{ClientID: id} }
