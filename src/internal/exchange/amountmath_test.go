package exchange_test

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// The arithmetic of amounts against math/big, which neither wraps nor rounds.

var unit = big.NewInt(int64(exchange.Unit))

func big64(a exchange.Amount) *big.Int { return big.NewInt(int64(a)) }

// anyAmount draws amounts of all magnitudes, the ends of the range among them.
func anyAmount(least exchange.Amount) *rapid.Generator[exchange.Amount] {
	return rapid.Map(rapid.Int64Range(int64(least), math.MaxInt64), func(n int64) exchange.Amount { return exchange.Amount(n) })
}

// sameOrOverflow checks a result against the exact one.
func sameOrOverflow(t *rapid.T, got exchange.Amount, err error, want *big.Int) {
	t.Helper()
	if !want.IsInt64() {
		if !errors.Is(err, exchange.ErrAmountOverflow) {
			t.Fatalf("got %d, %v; the exact result %s does not fit", int64(got), err, want)
		}
		return
	}
	if err != nil || int64(got) != want.Int64() {
		t.Fatalf("got %d, %v; want %s", int64(got), err, want)
	}
}

func TestSumsAndDifferencesAreThoseOfMathBig(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyAmount(math.MinInt64).Draw(t, "a"), anyAmount(math.MinInt64).Draw(t, "b")
		sum, err := a.Add(b)
		sameOrOverflow(t, sum, err, new(big.Int).Add(big64(a), big64(b)))
		difference, err := a.Sub(b)
		sameOrOverflow(t, difference, err, new(big.Int).Sub(big64(a), big64(b)))
	})
}

func TestNotionalIsThatOfMathBig(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price, quantity := anyAmount(0).Draw(t, "price"), anyAmount(0).Draw(t, "quantity")
		got, err := exchange.Notional(price, quantity)
		want, rest := new(big.Int).QuoRem(new(big.Int).Mul(big64(price), big64(quantity)), unit, new(big.Int))
		if want.IsInt64() && rest.Sign() != 0 {
			if !errors.Is(err, exchange.ErrAmountInexact) {
				t.Fatalf("got %s, %v; the exact product has more decimals", got, err)
			}
			return
		}
		sameOrOverflow(t, got, err, want)
	})
}

// What is affordable costs no more than there is, and one lot more would.
func TestAffordableIsTheMost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		quote, price, lot := anyAmount(0).Draw(t, "quote"), anyAmount(1).Draw(t, "price"), anyAmount(1).Draw(t, "lot")
		got := exchange.Affordable(quote, price, lot)
		if got < 0 || !got.MultipleOf(lot) {
			t.Fatalf("%d is not a multiple of %d", int64(got), int64(lot))
		}
		budget := new(big.Int).Mul(big64(quote), unit)
		if new(big.Int).Mul(big64(price), big64(got)).Cmp(budget) > 0 {
			t.Fatalf("%s costs more than there is", got)
		}
		more := new(big.Int).Add(big64(got), big64(lot))
		if more.IsInt64() && more.Mul(more, big64(price)).Cmp(budget) <= 0 {
			t.Fatalf("one lot more than %s is affordable, too", got)
		}
	})
}

func TestNothingIsAffordableForNothing(t *testing.T) {
	t.Parallel()
	for _, a := range [][3]exchange.Amount{{0, 1, 1}, {-1, 1, 1}, {1, 0, 1}, {1, -1, 1}, {1, 1, 0}, {1, 1, -1}} {
		if got := exchange.Affordable(a[0], a[1], a[2]); got != 0 {
			t.Errorf("quote %d, price %d, lot %d: %d", a[0], a[1], a[2], got)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount(-exchange.MaxAmount).Draw(t, "amount")
		if got, err := exchange.ParseAmount(a.String()); err != nil || got != a {
			t.Fatalf("%s is read as %s, %v", a, got, err)
		}
	})
}

// plain is what a decimal looks like. ParseAmount may refuse one that is longer than
// 32 characters, so that nobody can make it work long.
var plain = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// FuzzAmount compares what is read from any text with what math/big reads.
func FuzzAmount(f *testing.F) {
	for _, seed := range []string{
		"0", "-1", "0.015", "92233720368.54775807", "-92233720368.54775808", "184467440737.09551616", "1.000000001",
		"1.00000000000000000000000", "1e8", "NaN", "+1", ".", "-", "0x1p-2", "00000000000000000000000000000000001", "1_0", "\u0661",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := exchange.ParseAmount(text)
		if !plain.MatchString(text) {
			if err == nil {
				t.Fatalf("%q is read as %s", text, got)
			}
			return
		}
		exact, _ := new(big.Rat).SetString(text)
		exact.Mul(exact, new(big.Rat).SetInt(unit))
		fits := exact.IsInt() && exact.Num().CmpAbs(big64(exchange.MaxAmount)) <= 0
		switch {
		case err == nil && (!fits || exact.Num().Int64() != int64(got)):
			t.Fatalf("%q is read as %s", text, got)
		case err != nil && fits && len(text) <= 32:
			t.Fatalf("%q is refused: %v", text, err)
		}
		if again, err2 := exchange.ParseAmount(got.String()); err2 != nil || again != got {
			t.Fatalf("%q is read as %s, and that as %s, %v", text, got, again, err2)
		}
	})
}
