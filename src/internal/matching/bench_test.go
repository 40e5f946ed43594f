package matching_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
	"github.com/bitpin/exchange/src/lab/flow"
)

// The benchmark's market: BTC/USDT as most exchanges have it.
var (
	benchTick = exchange.MustAmount("0.01")
	benchLot  = exchange.MustAmount("0.00001")
)

const benchCommands = 250_000

// BenchmarkMixedFlow measures one command of package flow: an order or a cancel.
// The flow is prepared beforehand; when it is used up, it starts again on a newly
// seeded book. tests/bench runs the same flow through other books.
func BenchmarkMixedFlow(b *testing.B) {
	f := flow.Generate(1, benchCommands)
	seed, commands := prepare(f.Seed), prepare(f.Commands)
	var res matching.Result
	b.ReportAllocs()
	b.StopTimer()
	b.ResetTimer()
	for done := 0; done < b.N; {
		book := matching.New(benchLot)
		replay(b, book, seed, &res)
		n := min(b.N-done, len(commands))
		b.StartTimer()
		outcome := replay(b, book, commands[:n], &res)
		b.StopTimer()
		if outcome.Resting = int64(book.Len()); n == len(commands) && outcome != f.Expect {
			b.Fatalf("the book reports %+v, the flow expects %+v", outcome, f.Expect)
		}
		done += n
	}
}

// benchCommand is an order, or a cancel if it has no side.
type benchCommand struct {
	matching.Incoming
}

func prepare(commands []flow.Command) []benchCommand {
	out := make([]benchCommand, len(commands))
	for i, c := range commands {
		in := &out[i].Incoming
		in.ID = exchange.OrderID(c.ID)
		if c.Kind == flow.Cancel {
			continue
		}
		in.Account = exchange.AccountID(c.Account)
		in.Side, in.Type, in.TimeInForce, in.SelfTrade = exchange.Sell, exchange.Limit, exchange.GTC, exchange.ExpireMaker
		if c.Buy {
			in.Side = exchange.Buy
		}
		in.Price = exchange.Amount(c.Price) * benchTick
		in.Quantity = exchange.Amount(c.Quantity) * benchLot
		switch c.Kind {
		case flow.IOC:
			in.TimeInForce = exchange.IOC
		case flow.Market:
			in.Type, in.Budget = exchange.MarketOrder, exchange.MaxAmount
		}
	}
	return out
}

// replay executes commands and adds up what the book reports.
func replay(tb testing.TB, book *matching.Book, commands []benchCommand, res *matching.Result) (seen flow.Outcome) {
	tb.Helper()
	var volume exchange.Amount
	for i := range commands {
		in := &commands[i].Incoming
		if in.Side == 0 {
			if _, ok := book.Cancel(in.ID); ok {
				seen.Cancelled++
			}
			continue
		}
		if err := book.Place(in, res); err != nil {
			tb.Fatal(err)
		}
		seen.Fills += int64(len(res.Fills))
		for j := range res.Fills {
			volume += res.Fills[j].Quantity
		}
	}
	seen.Volume = int64(volume / benchLot)
	return seen
}
