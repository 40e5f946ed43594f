package main

import (
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// The demo: what can be traded, who is there, and with what.

var demoAssets = []string{"BTC", "ETH", "USDT"}

func demoMarket(base, quote, tick, lot, maxPrice, maxQuantity, minNotional string) exchange.Market {
	return exchange.Market{
		Symbol: base + quote, Base: exchange.Asset{Code: base}, Quote: exchange.Asset{Code: quote},
		Tick: exchange.MustAmount(tick), Lot: exchange.MustAmount(lot),
		MinPrice: exchange.MustAmount(tick), MaxPrice: exchange.MustAmount(maxPrice),
		MinQuantity: exchange.MustAmount(lot), MaxQuantity: exchange.MustAmount(maxQuantity),
		MinNotional: exchange.MustAmount(minNotional),
	}
}

var demoMarkets = []exchange.Market{
	demoMarket("BTC", "USDT", "0.01", "0.00001", "1000000", "9000", "5"),
	demoMarket("ETH", "USDT", "0.01", "0.0001", "1000000", "90000", "5"),
	demoMarket("ETH", "BTC", "0.00001", "0.001", "1000", "90000", "0.0001"),
}

// demoAccount is an account of the demo. Its password, API key and secret follow
// from SECRET_KEY, so that they are the same whenever the demo is seeded.
type demoAccount struct {
	name   string
	scopes exchange.Scope
	signIn bool // has a password
	funds  []fund
}

type fund struct{ asset, amount string }

const (
	traderScopes   = exchange.ScopeRead | exchange.ScopeTrade | exchange.ScopeWithdraw
	operatorScopes = exchange.ScopeRead | exchange.ScopeOperator
)

var traderFunds = []fund{{"BTC", "10"}, {"ETH", "100"}, {"USDT", "1000000"}}

var demoAccounts = []demoAccount{
	{"alice", traderScopes, true, traderFunds},
	{"bob", traderScopes, true, traderFunds},
	{demoMaker, traderScopes, true, []fund{{"BTC", "1000"}, {"ETH", "20000"}, {"USDT", "50000000"}}},
	{operatorName, operatorScopes, false, nil},
}

const (
	demoMaker    = "maker" // whose orders fill the books
	operatorName = "operator"
)

// ladder is a maker's orders on both sides of a price.
type ladder struct {
	symbol, middle, step, quantity string
}

var demoLadders = []ladder{
	{"BTCUSDT", "60000", "25", "0.05"},
	{"ETHUSDT", "3000", "1.5", "0.8"},
	{"ETHBTC", "0.05", "0.00005", "0.6"},
}

// demoDepth is how many orders a ladder has on each side.
const demoDepth = 20

// order returns the nth order of a side, counted from 1 at the best price. Farther
// ones are larger.
func (l ladder) order(side exchange.Side, n int) exchange.NewOrder {
	distance := exchange.MustAmount(l.step) * exchange.Amount(n)
	if side == exchange.Buy {
		distance = -distance
	}
	return exchange.NewOrder{
		ClientID: fmt.Sprintf("seed-%s-%s-%d", l.symbol, side, n), Side: side, Type: exchange.LimitMaker,
		TimeInForce: exchange.GTC, SelfTrade: exchange.ExpireTaker,
		Price: exchange.MustAmount(l.middle) + distance, Quantity: exchange.MustAmount(l.quantity) * exchange.Amount(n),
	}
}
