package matching_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

// The scenarios' market trades in lots of 0.001; ids of resting orders are below
// 100, the taker's is 100.
var lot = exchange.MustAmount("0.001")

const (
	alice exchange.AccountID = 1
	bob   exchange.AccountID = 2
	carol exchange.AccountID = 3
	taker exchange.AccountID = 9
)

// scenario is one order that meets a book.
type scenario struct {
	name  string
	book  []matching.Resting
	order matching.Incoming

	verdict   matching.Verdict
	fills     []string // "#maker quantity@price"
	expired   []string // "#maker remaining"
	remaining string   // "" is 0
	after     string   // the book, as show prints it

	refused error // then the book must be as before
}

func run(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			book := restored(t, s.book)
			before := show(book)
			var res matching.Result
			err := book.Place(&s.order, &res)
			if !errors.Is(err, s.refused) {
				t.Fatalf("error %v, want %v", err, s.refused)
			}
			if s.refused != nil {
				if got := show(book); got != before {
					t.Errorf("the refused order changed the book\nfrom %s\nto   %s", before, got)
				}
				return
			}
			compare(t, &res, &s)
			if got := show(book); got != s.after {
				t.Errorf("book\n got %s\nwant %s", got, s.after)
			}
			if err := book.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func compare(t *testing.T, res *matching.Result, want *scenario) {
	t.Helper()
	if res.Verdict != want.verdict {
		t.Errorf("verdict %s, want %s", res.Verdict, want.verdict)
	}
	var fills, expired []string
	for _, f := range res.Fills {
		fills = append(fills, fmt.Sprintf("#%d %s@%s", f.Maker, short(f.Quantity), short(f.Price)))
		if quote, err := exchange.Notional(f.Price, f.Quantity); err != nil || f.Quote != quote {
			t.Errorf("a fill of %s at %s costs %s (%v), not %s", f.Quantity, f.Price, quote, err, f.Quote)
		}
	}
	for _, e := range res.Expired {
		expired = append(expired, fmt.Sprintf("#%d %s", e.Order, short(e.Remaining)))
	}
	if !slices.Equal(fills, want.fills) {
		t.Errorf("fills %q, want %q", fills, want.fills)
	}
	if !slices.Equal(expired, want.expired) {
		t.Errorf("expired %q, want %q", expired, want.expired)
	}
	if want.remaining == "" {
		want.remaining = "0"
	}
	if got := short(res.Remaining); got != want.remaining {
		t.Errorf("remaining %s, want %s", got, want.remaining)
	}
}

func restored(t *testing.T, orders []matching.Resting) *matching.Book {
	t.Helper()
	book := matching.New(lot)
	for _, o := range orders {
		if err := book.Restore(o); err != nil {
			t.Fatalf("restoring %+v: %v", o, err)
		}
	}
	return book
}

// show prints a book on one line, best prices first: "bids 99: #1 2 #4 1; asks 100: #2 3".
func show(book *matching.Book) string {
	var bids, asks strings.Builder
	var level matching.Resting
	for o := range book.Orders() {
		side := &bids
		if o.Side == exchange.Sell {
			side = &asks
		}
		if o.Side != level.Side || o.Price != level.Price {
			fmt.Fprintf(side, " %s:", short(o.Price))
		}
		fmt.Fprintf(side, " #%d %s", o.ID, short(o.Remaining))
		level = o
	}
	return "bids" + bids.String() + "; asks" + asks.String()
}

// short is an amount without trailing zeros.
func short(a exchange.Amount) string {
	return strings.TrimSuffix(strings.TrimRight(a.String(), "0"), ".")
}

func bid(id exchange.OrderID, account exchange.AccountID, quantity, price string) matching.Resting {
	return matching.Resting{
		ID: id, Account: account, Side: exchange.Buy,
		Price: exchange.MustAmount(price), Remaining: exchange.MustAmount(quantity),
	}
}

func ask(id exchange.OrderID, account exchange.AccountID, quantity, price string) matching.Resting {
	o := bid(id, account, quantity, price)
	o.Side = exchange.Sell
	return o
}

// limit is a GTC order of the taker.
func limit(side exchange.Side, quantity, price string) matching.Incoming {
	return matching.Incoming{
		ID: 100, Account: taker, Side: side, Type: exchange.Limit,
		TimeInForce: exchange.GTC, SelfTrade: exchange.ExpireMaker,
		Price: exchange.MustAmount(price), Quantity: exchange.MustAmount(quantity),
	}
}

// market is an order of the taker, who has enough of everything.
func market(side exchange.Side, quantity string) matching.Incoming {
	return matching.Incoming{
		ID: 100, Account: taker, Side: side, Type: exchange.MarketOrder, SelfTrade: exchange.ExpireMaker,
		Quantity: exchange.MustAmount(quantity), Budget: exchange.MaxAmount,
	}
}

func marketByQuote(side exchange.Side, quote string) matching.Incoming {
	o := market(side, "0")
	o.QuoteQuantity = exchange.MustAmount(quote)
	return o
}

// with changes a copy of an order.
func with(o matching.Incoming, change func(*matching.Incoming)) matching.Incoming {
	change(&o)
	return o
}

func inForce(tif exchange.TimeInForce) func(*matching.Incoming) {
	return func(o *matching.Incoming) { o.TimeInForce = tif }
}

func preventing(mode exchange.SelfTradePrevention) func(*matching.Incoming) {
	return func(o *matching.Incoming) { o.SelfTrade = mode }
}

func budget(amount string) func(*matching.Incoming) {
	return func(o *matching.Incoming) { o.Budget = exchange.MustAmount(amount) }
}

func maker(o *matching.Incoming) { o.Type = exchange.LimitMaker }
