package web

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestDecimalShowsTheMarketsStepsAndNeverRounds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ amount, step, want string }{
		{"67432.1", "0.01", "67432.10"},
		{"67432", "1", "67432"},
		{"67432", "10", "67432"},
		{"0.123456", "0.01", "0.123456"},
		{"0.00000001", "0.01", "0.00000001"},
		{"-0.5", "0.1", "-0.5"},
		{"5", "0.00000001", "5.00000000"},
		{"92233720368.5477579", "1", "92233720368.5477579"},
	} {
		if got := decimal(exchange.MustAmount(tc.amount), decimalsOf(exchange.MustAmount(tc.step))); got != tc.want {
			t.Errorf("%s in steps of %s: got %s, want %s", tc.amount, tc.step, got, tc.want)
		}
	}
}

func TestChangeOfAPrice(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ open, last, want, trend string }{
		{"100", "101.234", "+1.23 %", "up"},
		{"100", "98.5", "−1.50 %", "down"},
		{"100", "100", "0.00 %", ""},
		{"100", "99.9999", "0.00 %", "down"},
		{"0.00000001", "92233720368.5", "+922337203684999999900.00 %", "up"},
		{"0", "100", none, ""},
		{"0", "0", none, ""},
	} {
		open, last := exchange.MustAmount(tc.open), exchange.MustAmount(tc.last)
		if got := change(open, last); got != tc.want || trend(open, last) != tc.trend {
			t.Errorf("%s to %s: got %q %q, want %q %q", tc.open, tc.last, got, trend(open, last), tc.want, tc.trend)
		}
	}
}

func TestAveragePriceOfAnOrder(t *testing.T) {
	t.Parallel()
	o := exchange.Order{Executed: exchange.MustAmount("3"), CumulativeQuote: exchange.MustAmount("200")}
	if got := average(o, 2); got != "≈ 66.67" {
		t.Errorf("got %q", got)
	}
	if got := average(exchange.Order{}, 2); got != none {
		t.Errorf("nothing executed: got %q", got)
	}
}
