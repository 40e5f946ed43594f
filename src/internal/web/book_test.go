package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func level(price, quantity string) exchange.Level {
	return exchange.Level{Price: exchange.MustAmount(price), Quantity: exchange.MustAmount(quantity)}
}

func TestBookShowsRunningTotalsAndTheirShareOfTheLargerSide(t *testing.T) {
	t.Parallel()
	got := newBookView(btcusdt, exchange.Depth{
		Asks: []exchange.Level{level("101", "1"), level("102.5", "2")},
		Bids: []exchange.Level{level("100.25", "0.01"), level("99", "5.99"), level("98", "4")},
	})
	want := bookView{
		Asks:   []levelView{{"101.00", "1.00000", "1.00000", 10}, {"102.50", "2.00000", "3.00000", 30}},
		Bids:   []levelView{{"100.25", "0.01000", "0.01000", 1}, {"99.00", "5.99000", "6.00000", 60}, {"98.00", "4.00000", "10.00000", 100}},
		Spread: "0.75",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if down := got.AsksDown(); down[0].Price != "102.50" || got.Asks[0].Price != "101.00" {
		t.Errorf("asks from the top: %v, best first: %v", down, got.Asks)
	}
}

func TestOneSidedBookHasNoSpread(t *testing.T) {
	t.Parallel()
	got := newBookView(btcusdt, exchange.Depth{Bids: []exchange.Level{level("1", "1")}})
	if got.Spread != none || len(got.Asks) != 0 || got.Bids[0].Share != 100 {
		t.Errorf("got %+v", got)
	}
}

func TestTotalsOfAHugeBookDoNotWrap(t *testing.T) {
	t.Parallel()
	huge := exchange.Level{Price: exchange.Unit, Quantity: exchange.MaxAmount}
	got := newBookView(btcusdt, exchange.Depth{Asks: []exchange.Level{huge, huge}})
	if got.Asks[1].Total != exchange.MaxAmount.String() || got.Asks[1].Share != 100 {
		t.Errorf("got %+v", got.Asks)
	}
}
