package matching_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
	"github.com/bitpin/exchange/src/lab/flow"
)

func TestRestoreKeepsTheQueue(t *testing.T) {
	t.Parallel()
	book := restored(t, []matching.Resting{
		bid(2, alice, "1", "99"), bid(5, bob, "1", "99"), ask(1, bob, "1", "100"), bid(3, carol, "1", "98"), ask(4, carol, "1", "100"),
	})
	if got, want := show(book), "bids 99: #2 1 #5 1 98: #3 1; asks 100: #1 1 #4 1"; got != want {
		t.Errorf("book\n got %s\nwant %s", got, want)
	}
}

func TestRestoreRefusesWhatIsNoBook(t *testing.T) {
	t.Parallel()
	orders := []matching.Resting{bid(1, alice, "1", "99"), bid(7, bob, huge, "0.00001"), ask(3, bob, "1", "100")}
	for name, c := range map[string]struct {
		order   matching.Resting
		refused error
	}{
		"a bid that crosses":              {bid(9, carol, "1", "100"), matching.ErrCrossed},
		"an ask that crosses":             {ask(9, carol, "1", "98"), matching.ErrCrossed},
		"an order that is there":          {bid(1, alice, "1", "98"), matching.ErrOrderID},
		"an order that is not the newest": {ask(2, alice, "1", "100"), matching.ErrOrderID},
		"an order without id":             {bid(0, alice, "1", "98"), matching.ErrOrderID},
		"an order without side":           {matching.Resting{ID: 9, Price: exchange.Unit, Remaining: exchange.Unit}, matching.ErrMalformed},
		"an order without quantity":       {bid(9, alice, "0", "98"), matching.ErrMalformed},
		"half a lot":                      {bid(9, alice, "0.0005", "98"), matching.ErrMalformed},
		"a price off the steps":           {bid(9, alice, "1", "98.000001"), matching.ErrMalformed},
		"a notional out of range":         {ask(9, alice, "2", huge), exchange.ErrOverflow},
		"a level out of range":            {bid(9, alice, huge, "0.00001"), exchange.ErrOverflow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := restored(t, orders)
			before := show(book)
			if err := book.Restore(c.order); !errors.Is(err, c.refused) {
				t.Errorf("error %v, want %v", err, c.refused)
			}
			if got := show(book); got != before {
				t.Errorf("the refused order changed the book to %s", got)
			}
		})
	}
}

func TestNewOrdersComeAfterRestoredOnes(t *testing.T) {
	t.Parallel()
	book := restored(t, []matching.Resting{bid(200, alice, "1", "99"), bid(3, bob, "1", "98")})
	order := limit(exchange.Buy, "1", "98") // 100
	var res matching.Result
	if err := book.Place(&order, &res); !errors.Is(err, matching.ErrOrderID) {
		t.Errorf("error %v, want %v", err, matching.ErrOrderID)
	}
}

// The same orders meet a book and its restored copy, which must answer alike.
func TestARestoredBookGoesOnAlike(t *testing.T) {
	t.Parallel()
	f := flow.Generate(7, 20_000)
	var res matching.Result
	book := matching.New(benchLot)
	replay(t, book, prepare(f.Seed), &res)
	commands := prepare(f.Commands)
	half := len(commands) / 2
	replay(t, book, commands[:half], &res)
	again, err := rebuilt(benchLot, book)
	if err != nil {
		t.Fatal(err)
	}
	for i := range commands[half:] {
		var answer, copied matching.Result
		one := commands[half+i : half+i+1]
		replay(t, book, one, &answer)
		replay(t, again, one, &copied)
		if !sameResult(&answer, &copied) {
			t.Fatalf("command %d: the book answers %+v, its copy %+v", half+i, answer, copied)
		}
	}
	if !slices.Equal(slices.Collect(book.Orders()), slices.Collect(again.Orders())) {
		t.Error("the book and its copy differ in the end")
	}
}
