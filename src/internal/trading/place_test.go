package trading_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// scenario is one command and what it does to orders, trades and balances.
type scenario struct {
	name    string
	before  []exchange.Command
	command exchange.Command

	orders   []string // of the outcome: "o1 FILLED 1 for 100"
	trades   []string // of the outcome: "1 @ 100, o1 pays 0.1, o2 pays 0.002", the maker first
	balances []string // "alice BTC 9 + 1" is 9 available and 1 locked

	refused exchange.Code // then nothing has changed
}

func run(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			for _, c := range s.before {
				d.mustApply(c)
			}
			d.endBatch()
			seq := d.state.Seq()
			outcome, err := d.apply(s.command)
			if got := exchange.CodeOf(err); got != s.refused {
				t.Fatalf("error %v (%q), want %q", err, got, s.refused)
			}
			if s.refused != "" && d.state.Seq() != seq {
				t.Error("the refused command was numbered")
			}
			d.endBatch()
			d.compare(outcome, &s)
		})
	}
}

func (d *desk) compare(outcome exchange.Outcome, s *scenario) {
	d.tb.Helper()
	var orders, trades []string
	for _, o := range outcome.Orders {
		if stored := d.record.orders[o.ID]; stored != o {
			d.tb.Errorf("answered %+v\nrecorded %+v", o, stored)
		}
		orders = append(orders, fmt.Sprintf("%s %s %s for %s", o.ClientID, o.Status, short(o.Executed), short(o.CumulativeQuote)))
	}
	for _, t := range outcome.Trades {
		trades = append(trades, fmt.Sprintf("%s @ %s, %s pays %s, %s pays %s", short(t.Quantity), short(t.Price),
			d.record.orders[t.MakerOrder].ClientID, short(t.MakerFee), d.record.orders[t.TakerOrder].ClientID, short(t.TakerFee)))
	}
	if !slices.Equal(orders, s.orders) {
		d.tb.Errorf("orders\n got %q\nwant %q", orders, s.orders)
	}
	if !slices.Equal(trades, s.trades) {
		d.tb.Errorf("trades\n got %q\nwant %q", trades, s.trades)
	}
	for _, want := range s.balances {
		who, rest, _ := strings.Cut(want, " ")
		code, _, _ := strings.Cut(rest, " ")
		if got := d.balanceOf(who, code); got != want {
			d.tb.Errorf("balance %q, want %q", got, want)
		}
	}
}

func (d *desk) balanceOf(name, code string) string {
	for account, n := range accountNames {
		for _, asset := range assets {
			if n == name && asset.Code == code {
				return d.balance(account, asset)
			}
		}
	}
	return fmt.Sprintf("nobody named %s with %s", name, code)
}

const (
	buy  = exchange.Buy
	sell = exchange.Sell
)

func TestLimitOrders(t *testing.T) {
	t.Parallel()
	asks := []exchange.Command{limit(bob, sell, "1", "100"), limit(carol, sell, "1", "101")}
	run(t, []scenario{
		{
			name: "a buy that rests locks its notional", command: limit(alice, buy, "2", "99.5"),
			orders: []string{"o1 NEW 0 for 0"}, balances: []string{"alice USDT 9801 + 199", "alice BTC 10"},
		},
		{
			name: "a sell that rests locks its quantity", command: limit(alice, sell, "2", "99.5"),
			orders: []string{"o1 NEW 0 for 0"}, balances: []string{"alice USDT 10000", "alice BTC 8 + 2"},
		},
		{
			name: "a buy pays the makers' prices and each side the fee in what it gets", before: asks, command: limit(alice, buy, "2", "105"),
			orders:   []string{"o3 FILLED 2 for 201"},
			trades:   []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002", "1 @ 101, o2 pays 0.101, o3 pays 0.002"},
			balances: []string{"alice USDT 9799", "alice BTC 11.996", "bob BTC 9", "bob USDT 10099.9", "carol USDT 10100.899", "fees BTC 0.004", "fees USDT 0.201"},
		},
		{
			name: "a sell pays the taker's fee in quote", before: []exchange.Command{limit(bob, buy, "1", "100")}, command: limit(alice, sell, "1", "90"),
			orders: []string{"o2 FILLED 1 for 100"}, trades: []string{"1 @ 100, o1 pays 0.001, o2 pays 0.2"},
			balances: []string{"alice USDT 10099.8", "alice BTC 9", "bob USDT 9900", "bob BTC 10.999", "fees USDT 0.2", "fees BTC 0.001"},
		},
		{
			name: "the rest of a buy locks its own price", before: asks, command: limit(alice, buy, "3", "100.5"),
			orders: []string{"o3 PARTIALLY_FILLED 1 for 100"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002"},
			balances: []string{"alice USDT 9699 + 201", "alice BTC 10.998"},
		},
		{
			name: "what IOC cannot match expires and locks nothing", before: asks, command: limit(alice, buy, "3", "100.5", inForce(exchange.IOC)),
			orders: []string{"o3 EXPIRED 1 for 100"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002"},
			balances: []string{"alice USDT 9900", "alice BTC 10.998"},
		},
		{
			name: "FOK that cannot be filled does nothing", before: asks, command: limit(alice, buy, "3", "101", inForce(exchange.FOK)),
			orders: []string{"o3 EXPIRED 0 for 0"}, balances: []string{"alice USDT 10000", "bob BTC 9 + 1"},
		},
		{
			name: "FOK that can be filled is", before: asks, command: limit(alice, buy, "1.5", "101", inForce(exchange.FOK)),
			orders: []string{"o3 FILLED 1.5 for 150.5"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002", "0.5 @ 101, o2 pays 0.0505, o3 pays 0.001"},
			balances: []string{"carol BTC 9 + 0.5"},
		},
		{
			name: "a maker order rests", before: asks, command: limit(alice, buy, "1", "99.99", makerOnly),
			orders: []string{"o3 NEW 0 for 0"}, balances: []string{"alice USDT 9900.01 + 99.99"},
		},
		{name: "a maker order that would match is refused", before: asks, command: limit(alice, buy, "1", "100", makerOnly), refused: exchange.CodeWouldMatch},
		{
			name: "of equal prices the older is matched first", before: []exchange.Command{limit(carol, sell, "1", "100"), limit(bob, sell, "1", "100")},
			command: limit(alice, buy, "1", "100"), orders: []string{"o3 FILLED 1 for 100"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002"},
		},
		{
			name: "markets are apart", before: asks, command: limit(alice, buy, "1", "200", on(ethUSDT)),
			orders: []string{"o3 NEW 0 for 0"}, balances: []string{"alice USDT 9800 + 200"},
		},
		{
			name: "what one market locks the other cannot spend", before: []exchange.Command{limit(alice, buy, "100", "99", on(ethUSDT))},
			command: limit(alice, buy, "2", "99"), refused: exchange.CodeInsufficientBalance,
		},
	})
}

func TestMarketOrders(t *testing.T) {
	t.Parallel()
	asks := []exchange.Command{limit(bob, sell, "1", "100"), limit(carol, sell, "1", "101")}
	bids := []exchange.Command{limit(bob, buy, "1", "100"), limit(carol, buy, "1", "99")}
	run(t, []scenario{
		{
			name: "by quantity", before: asks, command: marketOrder(alice, buy, "1.5"),
			orders: []string{"o3 FILLED 1.5 for 150.5"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002", "0.5 @ 101, o2 pays 0.0505, o3 pays 0.001"},
			balances: []string{"alice USDT 9849.5", "alice BTC 11.497"},
		},
		{
			name: "a sell by quantity", before: bids, command: marketOrder(alice, sell, "1.5"),
			orders: []string{"o3 FILLED 1.5 for 149.5"}, trades: []string{"1 @ 100, o1 pays 0.001, o3 pays 0.2", "0.5 @ 99, o2 pays 0.0005, o3 pays 0.099"},
			balances: []string{"alice USDT 10149.201", "alice BTC 8.5"},
		},
		{
			name: "what the book does not have expires", before: asks, command: marketOrder(alice, buy, "5"),
			orders: []string{"o3 EXPIRED 2 for 201"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002", "1 @ 101, o2 pays 0.101, o3 pays 0.002"},
		},
		{name: "an empty book", command: marketOrder(alice, buy, "5"), orders: []string{"o1 EXPIRED 0 for 0"}, balances: []string{"alice USDT 10000"}},
		{
			name: "by quote quantity, in whole lots", before: asks, command: marketOrderFor(alice, buy, "150.55"),
			orders: []string{"o3 FILLED 1.5 for 150.5"}, trades: []string{"1 @ 100, o1 pays 0.1, o3 pays 0.002", "0.5 @ 101, o2 pays 0.0505, o3 pays 0.001"},
			balances: []string{"alice USDT 9849.5"},
		},
		{
			name: "a sell by quote quantity", before: bids, command: marketOrderFor(alice, sell, "149.5"),
			orders: []string{"o3 FILLED 1.5 for 149.5"}, trades: []string{"1 @ 100, o1 pays 0.001, o3 pays 0.2", "0.5 @ 99, o2 pays 0.0005, o3 pays 0.099"},
			balances: []string{"alice BTC 8.5"},
		},
		{
			name: "a quote quantity that buys no lot", before: []exchange.Command{limit(bob, sell, "1", "5000")}, command: marketOrderFor(alice, buy, "4"),
			orders: []string{"o2 EXPIRED 0 for 0"}, balances: []string{"alice USDT 10000"},
		},
		{name: "a buy beyond the balance", before: []exchange.Command{limit(bob, sell, "5", "3000")}, command: marketOrder(alice, buy, "4"), refused: exchange.CodeInsufficientBalance},
		{name: "a buy for more than the balance", before: asks, command: marketOrderFor(alice, buy, "10000.01"), refused: exchange.CodeInsufficientBalance},
		{name: "a sell beyond the balance", before: bids, command: marketOrder(alice, sell, "10.001"), refused: exchange.CodeInsufficientBalance},
		{
			name: "a sell by quote quantity beyond the balance", before: []exchange.Command{limit(bob, buy, "100", "1")},
			command: marketOrderFor(alice, sell, "11"), refused: exchange.CodeInsufficientBalance,
		},
	})
}

func TestFeesAreRoundedUp(t *testing.T) {
	t.Parallel()
	d := emptyDesk(t)
	d.stamp.MakerFee, d.stamp.TakerFee = 1, 333_333
	d.mustApply(deposit(alice, btc, "1"))
	d.mustApply(deposit(bob, usdt, "1000"))
	d.mustApply(limit(alice, sell, "0.1", "100.01"))
	outcome := d.mustApply(limit(bob, buy, "0.1", "100.01"))
	d.endBatch()
	trade := outcome.Trades[0]
	// 10.001 × 0.000001 is 0.000010001; 0.1 × 0.333333 is 0.0333333.
	if trade.MakerFee != amount("0.00001001") || trade.TakerFee != amount("0.0333333") {
		t.Errorf("fees %s and %s", trade.MakerFee, trade.TakerFee)
	}
}

func TestOrderKeepsTheFeesOfItsPlacing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.mustApply(limit(alice, sell, "1", "100"))
	d.stamp.MakerFee, d.stamp.TakerFee = 50_000, 60_000
	trade := d.mustApply(limit(bob, buy, "1", "100")).Trades[0]
	d.endBatch()
	if trade.MakerFee != amount("0.1") || trade.TakerFee != amount("0.06") {
		t.Errorf("fees %s and %s", trade.MakerFee, trade.TakerFee)
	}
}

func TestSelfTradePrevention(t *testing.T) {
	t.Parallel()
	book := []exchange.Command{limit(alice, sell, "1", "100"), limit(bob, sell, "1", "101")}
	run(t, []scenario{
		{
			name: "EXPIRE_MAKER frees what the maker had locked", before: book, command: limit(alice, buy, "1", "101"),
			orders: []string{"o3 FILLED 1 for 101"}, trades: []string{"1 @ 101, o2 pays 0.101, o3 pays 0.002"},
			balances: []string{"alice BTC 10.998", "alice USDT 9899"},
		},
		{
			name: "EXPIRE_TAKER keeps the maker", before: book, command: limit(alice, buy, "1", "101", preventing(exchange.ExpireTaker)),
			orders: []string{"o3 EXPIRED_IN_MATCH 0 for 0"}, balances: []string{"alice BTC 9 + 1", "alice USDT 10000"},
		},
		{
			name: "EXPIRE_BOTH ends both", before: book, command: limit(alice, buy, "1", "101", preventing(exchange.ExpireBoth)),
			orders: []string{"o3 EXPIRED_IN_MATCH 0 for 0"}, balances: []string{"alice BTC 10", "alice USDT 10000"},
		},
	})
}

func TestSelfTradePreventionIsRecordedOnTheMaker(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maker := d.mustApply(limit(alice, sell, "1", "100"))
	d.endBatch()
	taker := d.mustApply(limit(alice, buy, "1", "100"))
	d.endBatch()
	o := d.record.orders[maker.Orders[0].ID]
	if o.Status != exchange.StatusExpiredInMatch || o.UpdatedSeq != taker.Seq || o.UpdatedAt != taker.At {
		t.Errorf("the maker is %+v", o)
	}
}

func TestRefusedOrders(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 37)
	run(t, []scenario{
		{name: "unknown market", command: limit(alice, buy, "1", "100", on(4)), refused: exchange.CodeInvalidSymbol},
		{name: "no market", command: limit(alice, buy, "1", "100", on(0)), refused: exchange.CodeInvalidSymbol},
		{name: "negative market", command: limit(alice, buy, "1", "100", on(-1)), refused: exchange.CodeInvalidSymbol},
		{name: "an account of the exchange itself", command: limit(exchange.External, buy, "1", "100"), refused: exchange.CodeNotFound},
		{name: "no side", command: limit(alice, 0, "1", "100"), refused: exchange.CodeInvalidParameter},
		{name: "no self-trade prevention", command: limit(alice, buy, "1", "100", preventing(0)), refused: exchange.CodeInvalidParameter},
		{name: "no time in force", command: limit(alice, buy, "1", "100", inForce(0)), refused: exchange.CodeInvalidParameter},
		{name: "a maker order that is not GTC", command: limit(alice, buy, "1", "100", makerOnly, inForce(exchange.IOC)), refused: exchange.CodeInvalidParameter},
		{name: "long client id", command: limit(alice, buy, "1", "100", named(long)), refused: exchange.CodeInvalidParameter},
		{name: "client id that no text column takes", command: limit(alice, buy, "1", "100", named("a\x00b")), refused: exchange.CodeInvalidParameter},
		{name: "client id that is not ASCII", command: limit(alice, buy, "1", "100", named("\xff")), refused: exchange.CodeInvalidParameter},
		{name: "negative quantity", command: limit(alice, buy, "-1", "100"), refused: exchange.CodeInvalidParameter},
		{name: "negative price", command: limit(alice, buy, "1", "-100"), refused: exchange.CodeInvalidParameter},
		{name: "no quantity", command: limit(alice, buy, "0", "100"), refused: exchange.CodeInvalidParameter},
		{name: "no price", command: limit(alice, buy, "1", "0"), refused: exchange.CodeInvalidParameter},
		{name: "market order with a price", command: marketOrder(alice, buy, "1", priced("100")), refused: exchange.CodeInvalidParameter},
		{name: "market order without a quantity", command: marketOrder(alice, buy, "0"), refused: exchange.CodeInvalidParameter},
		{name: "market order with both quantities", command: marketOrder(alice, buy, "1", quoted("1")), refused: exchange.CodeInvalidParameter},
		{name: "limit order with a quote quantity", command: limit(alice, buy, "1", "100", quoted("1")), refused: exchange.CodeInvalidParameter},
		{name: "price off the tick", command: limit(alice, buy, "1", "100.001"), refused: exchange.CodePriceFilter},
		{name: "price above the highest", command: limit(alice, sell, "1", "100000.01"), refused: exchange.CodePriceFilter},
		{name: "quantity off the lot", command: limit(alice, buy, "1.0001", "100"), refused: exchange.CodeLotSize},
		{name: "quantity above the highest", command: limit(alice, sell, "1000.001", "1"), refused: exchange.CodeLotSize},
		{name: "quantity of a market order off the lot", command: marketOrder(alice, buy, "1.0001"), refused: exchange.CodeLotSize},
		{name: "below the lowest notional", command: limit(alice, buy, "0.009", "100"), refused: exchange.CodeNotional},
		{name: "quote quantity below the lowest notional", command: marketOrderFor(alice, buy, "0.99"), refused: exchange.CodeNotional},
		{
			name: "market order that would fill below the lowest notional", before: []exchange.Command{limit(bob, sell, "1", "100")},
			command: marketOrder(alice, buy, "0.009"), refused: exchange.CodeNotional,
		},
		{name: "buy beyond the balance", command: limit(alice, buy, "100", "100.01"), refused: exchange.CodeInsufficientBalance},
		{name: "sell beyond the balance", command: limit(alice, sell, "10.001", "100"), refused: exchange.CodeInsufficientBalance},
		{
			name: "client id of an open order", before: []exchange.Command{limit(alice, buy, "1", "100", named("mine"))},
			command: limit(alice, sell, "1", "200", named("mine"), on(ethUSDT)), refused: exchange.CodeDuplicateOrder,
		},
		{name: "unknown kind of command", command: exchange.Command{Kind: 99, Account: alice}, refused: exchange.CodeInvalidParameter},
	})
}

func priced(price string) func(*exchange.Command) {
	return func(c *exchange.Command) { c.Order.Price = amount(price) }
}

func quoted(quote string) func(*exchange.Command) {
	return func(c *exchange.Command) { c.Order.QuoteQuantity = amount(quote) }
}

func TestClientIDsAreFreeAgain(t *testing.T) {
	t.Parallel()
	mine := limit(alice, buy, "1", "100", named("mine"))
	for name, end := range map[string]exchange.Command{
		"after a cancellation":                     cancel(alice, btcUSDT, byClientID("mine")),
		"after a fill":                             limit(bob, sell, "1", "100"),
		"after self-trade prevention":              limit(alice, sell, "1", "100", named("other")),
		"for another account, even while in use":   limit(bob, buy, "1", "99", named("another")),
		"after the account cancelled all of these": cancelAll(alice, 0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.mustApply(mine)
			d.mustApply(end)
			again := mine
			if end.Order.ClientID == "another" {
				again.Account = bob
			}
			d.mustApply(again)
			d.endBatch()
		})
	}
}

func TestOpenOrdersAreLimited(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.stamp.MaxOpenOrders = 2
	d.mustApply(limit(alice, buy, "1", "100"))
	d.mustApply(limit(alice, buy, "1", "100", named("second")))
	if _, err := d.apply(limit(alice, buy, "1", "100")); exchange.CodeOf(err) != exchange.CodeTooManyOrders {
		t.Errorf("the third order: %v", err)
	}
	d.mustApply(limit(alice, buy, "1", "100", on(ethUSDT)))           // another market
	d.mustApply(limit(bob, buy, "1", "100"))                          // another account
	d.mustApply(limit(alice, buy, "1", "100", inForce(exchange.IOC))) // never rests
	d.mustApply(marketOrder(alice, buy, "1"))                         // never rests
	d.mustApply(cancel(alice, btcUSDT, byClientID("second")))
	d.mustApply(limit(alice, buy, "1", "100"))
	d.endBatch()
}
