// Package flow makes the stream of orders on which order books are measured: the
// same for every book, whoever wrote it. It speaks in plain integers, prices in
// ticks and quantities in lots, so that it can be fed to any of them.
//
// A market is seeded Levels prices deep on each side with OrdersPerLevel orders
// each. Then, of 100 commands, about 30 are limit orders that rest, 30 limit orders
// that cross and leave what they do not fill in the book, 30 cancels, 5 market
// orders and 5 limit orders that are immediate or cancel. A cancel picks any order
// that nobody has cancelled yet, as a client does, so some come too late because
// the order was filled. While the book is larger than it was seeded, cancels pick
// only orders that still rest. So the size of the book stays about the same.
//
// Buyers and sellers are different accounts: books differ in what they do about
// self-trades, so none occurs.
package flow

import "math/rand/v2"

// The shape of the market and of the flow.
const (
	Levels         = 1000 // a side, when seeded
	OrdersPerLevel = 6
	Accounts       = 1000 // 1 to 1000; the odd ones buy, the even ones sell

	mid          = 1_000_000 // ticks; between the two sides when seeded
	makerMax     = 100       // lots of a resting order
	takerMax     = 20        // lots of most crossing orders
	sweepMax     = 400       // lots of one crossing order in sweepEvery
	sweepEvery   = 50
	nearTop      = 20 // ticks from the other side within which half of the resting orders come
	nearTopShare = 2  // one in two
)

// Kind is what a command does.
type Kind uint8

// The kinds of commands.
const (
	Limit  Kind = iota + 1 // good till cancelled
	IOC                    // limit, what does not match at once expires
	Market                 // by base quantity
	Cancel
)

// Command is one step of the flow.
type Command struct {
	Kind     Kind
	Buy      bool  // of the order, for cancels too
	ID       int64 // of the order to place, rising; or of the one to cancel
	Account  int64
	Price    int64 // ticks; 0 for market orders; of the order to cancel
	Quantity int64 // lots; 0 for cancels
}

// Flow is a prepared stream. Seed fills the book and matches nothing; Commands is
// what is measured.
type Flow struct {
	Seed     []Command
	Commands []Command
	Expect   Outcome // of Commands
}

// Outcome is what a correct book reports for a flow. It shows that two books did
// the same work.
type Outcome struct {
	Fills     int64 // matches of a taker with one maker
	Volume    int64 // lots matched
	Cancelled int64 // cancels that found their order
	Resting   int64 // orders in the book at the end
}

// Generate makes a flow of n commands. The same arguments give the same flow.
func Generate(seed uint64, n int) Flow {
	g := &generator{random: rand.New(rand.NewPCG(seed, 0)), market: newMarket()} //nolint:gosec // repeatable on purpose
	for range OrdersPerLevel {
		for distance := range int64(Levels) {
			g.emit(g.order(Limit, true, mid-1-distance, g.lots(makerMax)))
			g.emit(g.order(Limit, false, mid+1+distance, g.lots(makerMax)))
		}
	}
	f := Flow{Seed: g.commands}
	g.commands = make([]Command, 0, n)
	g.market.outcome = Outcome{}
	for range n {
		g.emit(g.next())
	}
	f.Commands, f.Expect = g.commands, g.market.outcome
	f.Expect.Resting = g.market.resting
	return f
}

type generator struct {
	random   *rand.Rand
	market   *market
	commands []Command
	id       int64
	placed   []Command // limit orders that nobody has cancelled
}

func (g *generator) next() Command {
	buy := g.random.IntN(2) == 0
	touch, ok := g.market.best(!buy)
	switch dice := g.random.IntN(100); {
	case dice < 30 || !ok:
		return g.passive(buy)
	case dice < 60:
		return g.order(Limit, buy, touch, g.takerLots())
	case dice < 90 && len(g.placed) > 0:
		return g.cancel()
	case dice < 95:
		return g.order(IOC, buy, touch, g.takerLots())
	}
	return g.order(Market, buy, 0, g.takerLots())
}

// passive makes an order that rests: behind the other side's best price, half of
// the time close to it.
func (g *generator) passive(buy bool) Command {
	depth := int64(Levels)
	if g.random.IntN(nearTopShare) == 0 {
		depth = nearTop
	}
	distance := 1 + g.random.Int64N(depth)
	touch, ok := g.market.best(!buy)
	if !ok {
		touch = mid
	}
	if buy {
		return g.order(Limit, true, touch-distance, g.lots(makerMax))
	}
	return g.order(Limit, false, touch+distance, g.lots(makerMax))
}

func (g *generator) cancel() Command {
	for {
		i := g.random.IntN(len(g.placed))
		c := g.placed[i]
		last := len(g.placed) - 1
		g.placed[i] = g.placed[last]
		g.placed = g.placed[:last]
		if g.market.resting <= 2*Levels*OrdersPerLevel || g.market.orders[c.ID] != nil {
			c.Kind, c.Quantity = Cancel, 0
			return c
		}
	}
}

func (g *generator) order(kind Kind, buy bool, price, quantity int64) Command {
	g.id++
	account := 2 + 2*g.random.Int64N(Accounts/2)
	if buy {
		account--
	}
	return Command{Kind: kind, Buy: buy, ID: g.id, Account: account, Price: price, Quantity: quantity}
}

func (g *generator) lots(most int64) int64 { return 1 + g.random.Int64N(most) }

func (g *generator) takerLots() int64 {
	if g.random.IntN(sweepEvery) == 0 {
		return g.lots(sweepMax)
	}
	return g.lots(takerMax)
}

func (g *generator) emit(c Command) {
	g.commands = append(g.commands, c)
	if g.market.apply(c) {
		g.placed = append(g.placed, c)
	}
}
