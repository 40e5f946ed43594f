package trading_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

// TestBooksAddUpAndReplay runs generated commands, in batches and across restarts.
// After each batch the record of what was committed must add up, and replaying it
// must give the state that was recorded.
func TestBooksAddUpAndReplay(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for range 10 { // rapid itself makes 100 sequences
		rapid.Check(t, func(rt *rapid.T) { runGenerated(rt, newDesk(t), seen) })
	}
	for _, want := range []string{
		"place ", "cancel ", "cancel_all ", "deposit ", "withdraw ", "settle_withdrawal ", "cancel_withdrawal ",
		"place insufficient_balance", "place duplicate_order", "place would_match", "place notional", "cancel unknown_order",
		"restart", "NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH",
	} {
		if seen[want] == 0 {
			t.Errorf("%q never happened: %v", want, seen)
		}
	}
}

func runGenerated(rt *rapid.T, d *desk, seen map[string]int) {
	for batch := range rapid.IntRange(1, 25).Draw(rt, "batches") {
		if batch > 0 && rapid.IntRange(0, 9).Draw(rt, "restart") == 1 {
			d.restart(rt)
			seen["restart"]++
		}
		for range rapid.IntRange(1, 12).Draw(rt, "commands") {
			c := commands.Draw(rt, "command")
			_, err := d.apply(c)
			var fault *trading.Fault
			if errors.As(err, &fault) {
				rt.Fatalf("%s: %v", c.Kind, err)
			}
			seen[fmt.Sprintf("%s %s", c.Kind, exchange.CodeOf(err))]++
		}
		if err := d.record.add(d.state.EndBatch(d.stamp.At, 1)); err != nil {
			rt.Fatal(err)
		}
		if err := d.record.check(context.Background()); err != nil {
			rt.Fatal(err)
		}
	}
	for _, o := range d.record.orders {
		seen[o.Status.String()]++
	}
}

// restart goes on with a state loaded from the record, as a new writer does.
func (d *desk) restart(rt *rapid.T) {
	snapshot, err := d.record.Snapshot(context.Background())
	if err != nil {
		rt.Fatal(err)
	}
	restored, err := trading.NewState(markets, snapshot)
	if err != nil {
		rt.Fatalf("restarting: %v", err)
	}
	if found := trading.Differences(d.state, snapshot); len(found) > 0 {
		rt.Fatalf("the record differs from the state before the restart: %q", found)
	}
	d.state = restored
}

var (
	// Few accounts, prices and names make commands meet.
	accounts = rapid.SampledFrom([]exchange.AccountID{alice, bob, carol})
	places   = rapid.SampledFrom([]exchange.MarketID{btcUSDT, ethUSDT, ethBTC})
	refs     = rapid.Custom(func(t *rapid.T) exchange.OrderRef {
		if rapid.Bool().Draw(t, "by id") {
			return exchange.OrderRef{ID: exchange.OrderID(rapid.IntRange(10, 100).Draw(t, "id"))}
		}
		return exchange.OrderRef{ClientID: clientIDs.Draw(t, "client id")}
	})
	clientIDs = rapid.StringMatching(`[a-h]?`)

	// Generated numbers tend to be small: what comes first is common.
	commands = rapid.Custom(func(t *rapid.T) exchange.Command {
		c := exchange.Command{Account: accounts.Draw(t, "account")}
		switch kind := rapid.IntRange(0, 15).Draw(t, "kind"); {
		case kind < 9:
			c.Kind, c.Market, c.Order = exchange.PlaceOrder, places.Draw(t, "market"), orders.Draw(t, "order")
		case kind < 11:
			c.Kind, c.Market, c.Ref = exchange.CancelOrder, places.Draw(t, "market"), refs.Draw(t, "ref")
		case kind < 12:
			c.Kind, c.Market = exchange.CancelAllOrders, exchange.MarketID(rapid.IntRange(0, 3).Draw(t, "market"))
		case kind < 13:
			c.Kind, c.Asset, c.Amount = exchange.Deposit, assetIDs.Draw(t, "asset"), transferAmounts.Draw(t, "amount")
		case kind < 14:
			c.Kind, c.Asset, c.Amount = exchange.RequestWithdrawal, assetIDs.Draw(t, "asset"), transferAmounts.Draw(t, "amount")
		default:
			c.Kind = exchange.SettleWithdrawal + exchange.CommandKind(kind-14)
			c.Withdrawal = exchange.Seq(rapid.IntRange(10, 50).Draw(t, "withdrawal"))
			c.Account *= exchange.AccountID(rapid.IntRange(0, 1).Draw(t, "operator or account"))
		}
		return c
	})
	assetIDs        = rapid.SampledFrom([]exchange.AssetID{btc.ID, eth.ID, usdt.ID})
	transferAmounts = rapid.Custom(func(t *rapid.T) exchange.Amount {
		if rapid.IntRange(0, 50).Draw(t, "size") == 0 {
			return exchange.MaxAmount / 20
		}
		return exchange.Amount(rapid.Int64Range(1, 1_000*int64(exchange.Unit)).Draw(t, "units"))
	})

	orders = rapid.Custom(func(t *rapid.T) exchange.NewOrder {
		o := exchange.NewOrder{
			ClientID:    clientIDs.Draw(t, "client id"),
			Side:        rapid.SampledFrom([]exchange.Side{buy, sell}).Draw(t, "side"),
			Type:        rapid.SampledFrom([]exchange.OrderType{exchange.Limit, exchange.Limit, exchange.Limit, exchange.LimitMaker, exchange.MarketOrder}).Draw(t, "type"),
			TimeInForce: exchange.GTC,
			SelfTrade:   exchange.SelfTradePrevention(rapid.IntRange(1, 3).Draw(t, "self-trade prevention")),
			Price:       exchange.Amount(rapid.Int64Range(1, 9).Draw(t, "price")) * amount("10.01"),
			Quantity:    exchange.Amount(rapid.Int64Range(0, 30).Draw(t, "quantity")) * amount("0.123"),
		}
		switch o.Type {
		case exchange.Limit:
			o.TimeInForce = rapid.SampledFrom([]exchange.TimeInForce{exchange.GTC, exchange.GTC, exchange.GTC, exchange.IOC, exchange.FOK}).Draw(t, "in force")
		case exchange.MarketOrder:
			o.Price = 0
			if rapid.Bool().Draw(t, "by quote quantity") {
				o.QuoteQuantity, o.Quantity = o.Quantity*17+1, 0
			}
		}
		return o
	})
)
