package trading_test

import (
	"strconv"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
	"github.com/bitpin/exchange/src/lab/flow"
)

const (
	benchCommands = 100_000
	benchBatch    = 64
)

// BenchmarkMixedFlow measures one command of package flow in the writer's memory:
// checks, matching, the ledger, and its part of a batch of 64. What the database
// takes is not in it.
func BenchmarkMixedFlow(b *testing.B) {
	f := flow.Generate(1, benchCommands)
	seed, commands := writerCommands(f.Seed), writerCommands(f.Commands)
	b.ReportAllocs()
	b.StopTimer()
	b.ResetTimer()
	for done := 0; done < b.N; {
		state := benchState(b)
		execute(state, seed)
		n := min(b.N-done, len(commands))
		b.StartTimer()
		fills := execute(state, commands[:n])
		b.StopTimer()
		if n == len(commands) && fills != f.Expect.Fills {
			b.Fatalf("%d fills, the flow expects %d", fills, f.Expect.Fills)
		}
		done += n
	}
}

func benchState(b *testing.B) *trading.State {
	b.Helper()
	m := market(btcUSDT, btc, usdt)
	m.Lot, m.MinQuantity, m.MinNotional = amount("0.00001"), amount("0.00001"), 0
	state, err := trading.NewState([]exchange.Market{m}, exchange.Snapshot{})
	if err != nil {
		b.Fatal(err)
	}
	for account := range exchange.AccountID(flow.Accounts + 1) {
		for _, asset := range []exchange.Asset{btc, usdt} {
			c := deposit(exchange.FirstAccount+account, asset, "10000000")
			if _, err := state.Apply(&c, trading.Stamp{At: 1}); err != nil {
				b.Fatal(err)
			}
		}
	}
	state.EndBatch(1, 1)
	return state
}

func writerCommands(commands []flow.Command) []exchange.Command {
	out := make([]exchange.Command, len(commands))
	for i, c := range commands {
		account, id := exchange.FirstAccount+exchange.AccountID(c.Account), strconv.FormatInt(c.ID, 10)
		if c.Kind == flow.Cancel {
			out[i] = cancel(account, btcUSDT, byClientID(id))
			continue
		}
		out[i] = exchange.Command{Kind: exchange.PlaceOrder, Account: account, Market: btcUSDT, Order: exchange.NewOrder{
			ClientID: id, Side: exchange.Sell, Type: exchange.Limit, TimeInForce: exchange.GTC, SelfTrade: exchange.ExpireMaker,
			Price: exchange.Amount(c.Price) * amount("0.01"), Quantity: exchange.Amount(c.Quantity) * amount("0.00001"),
		}}
		o := &out[i].Order
		if c.Buy {
			o.Side = exchange.Buy
		}
		switch c.Kind {
		case flow.IOC:
			o.TimeInForce = exchange.IOC
		case flow.Market:
			o.Type = exchange.MarketOrder
		}
	}
	return out
}

func execute(state *trading.State, commands []exchange.Command) (fills int64) {
	stamp := trading.Stamp{At: 1, MakerFee: 1000, TakerFee: 1000, MaxOpenOrders: 1_000_000}
	for i := range commands {
		outcome, err := state.Apply(&commands[i], stamp)
		if err == nil {
			fills += int64(len(outcome.Trades))
		}
		if i%benchBatch == benchBatch-1 {
			state.EndBatch(1, 1)
		}
	}
	return fills
}
