package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
)

// Decimals is the number of decimal places of every amount and price.
const Decimals = 8

// Unit is the amount that reads as 1.
const Unit Amount = 100_000_000

// MaxAmount is the largest amount, 92233720368.54775807.
const MaxAmount Amount = math.MaxInt64

// maxAmountText bounds what ParseAmount reads: sign, 11 digits, point, 8
// decimals, and room for trailing zeros.
const maxAmountText = 32

// Errors of amount arithmetic and parsing. They are matched with errors.Is.
var (
	ErrAmountSyntax    = errors.New("not a decimal number")
	ErrAmountPrecision = errors.New("more than 8 decimal places")
	ErrAmountOverflow  = errors.New("out of range")
	ErrAmountInexact   = errors.New("not a whole number of units")
)

// Amount is a quantity of an asset, or a price in the quote asset for one whole
// base asset, as an integer count of 10^-8. The range is ±92233720368.54775807;
// every operation that would leave it returns ErrAmountOverflow.
type Amount int64

// ParseAmount reads a plain decimal such as "0.015" or "-3". Exponents, signs
// other than a leading minus, blanks, NaN and empty text are ErrAmountSyntax;
// non-zero digits beyond the eighth decimal are ErrAmountPrecision.
func ParseAmount(text string) (Amount, error) {
	digits, negative := text, false
	if digits != "" && digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	if digits == "" || digits[0] == '.' || digits[len(digits)-1] == '.' {
		return 0, ErrAmountSyntax
	}
	var value uint64
	decimals, seenPoint := 0, false
	for i := range len(digits) {
		c := digits[i]
		switch {
		case c == '.' && !seenPoint:
			seenPoint = true
			continue
		case c < '0' || c > '9':
			return 0, ErrAmountSyntax
		}
		if i >= maxAmountText {
			return 0, ErrAmountOverflow
		}
		if seenPoint {
			if decimals == Decimals {
				if c != '0' {
					return 0, ErrAmountPrecision
				}
				continue
			}
			decimals++
		}
		if value > math.MaxInt64/10 {
			return 0, ErrAmountOverflow
		}
		if value = value*10 + uint64(c-'0'); value > math.MaxInt64 {
			return 0, ErrAmountOverflow
		}
	}
	for ; decimals < Decimals; decimals++ {
		if value > math.MaxInt64/10 {
			return 0, ErrAmountOverflow
		}
		value *= 10
	}
	if negative {
		return -Amount(value), nil
	}
	return Amount(value), nil
}

// MustAmount is ParseAmount for constants in tests and seeds; it panics on bad text.
func MustAmount(text string) Amount {
	a, err := ParseAmount(text)
	if err != nil {
		panic(fmt.Sprintf("amount %q: %v", text, err))
	}
	return a
}

// String renders all eight decimals: "1.50000000".
func (a Amount) String() string { return string(a.AppendText(nil)) }

// AppendText appends what String returns.
func (a Amount) AppendText(b []byte) []byte {
	magnitude := uint64(a) //nolint:gosec // of a negative amount it is the complement, undone below
	if a < 0 {
		b = append(b, '-')
		magnitude = -magnitude
	}
	b = strconv.AppendUint(b, magnitude/uint64(Unit), 10)
	b = append(b, '.')
	fraction := magnitude % uint64(Unit)
	for div := uint64(Unit) / 10; div > 0; div /= 10 {
		b = append(b, byte('0'+fraction/div%10))
	}
	return b
}

// MarshalJSON writes the decimal as a JSON string.
func (a Amount) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 24), '"')
	return append(a.AppendText(b), '"'), nil
}

// UnmarshalJSON reads a decimal from a JSON string; a JSON number is refused,
// because its digits may already have been rounded by whoever wrote it.
func (a *Amount) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("amount %s: write decimals as strings: %w", b, ErrAmountSyntax)
	}
	parsed, err := ParseAmount(text)
	if err != nil {
		return fmt.Errorf("amount %q: %w", text, err)
	}
	*a = parsed
	return nil
}

// Add returns a+b, or ErrAmountOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	sum := a + b
	if (sum > a) != (b > 0) {
		return 0, ErrAmountOverflow
	}
	return sum, nil
}

// Sub returns a-b, or ErrAmountOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	diff := a - b
	if (diff < a) != (b > 0) {
		return 0, ErrAmountOverflow
	}
	return diff, nil
}

// MultipleOf reports whether a is a whole number of steps; a step of 0 or less
// divides nothing.
func (a Amount) MultipleOf(step Amount) bool { return step > 0 && a%step == 0 }

// Notional returns price × quantity in the quote asset. Both must be ≥ 0. It is
// exact or it is an error: ErrAmountInexact when the product has more than eight
// decimals, ErrAmountOverflow when it does not fit. Markets whose tick × lot is a
// whole unit never see the former.
func Notional(price, quantity Amount) (Amount, error) {
	if price < 0 || quantity < 0 {
		return 0, ErrAmountOverflow
	}
	hi, lo := bits.Mul64(uint64(price), uint64(quantity))
	if hi >= uint64(Unit) {
		return 0, ErrAmountOverflow
	}
	q, r := bits.Div64(hi, lo, uint64(Unit))
	if q > math.MaxInt64 {
		return 0, ErrAmountOverflow
	}
	if r != 0 {
		return 0, ErrAmountInexact
	}
	return Amount(q), nil
}

// Affordable returns the largest multiple of lot whose notional at price is at
// most quote. price and lot must be > 0, quote ≥ 0; the result is capped at the
// largest multiple of lot that fits an Amount.
func Affordable(quote, price, lot Amount) Amount {
	if quote <= 0 || price <= 0 || lot <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(quote), uint64(Unit))
	whole := uint64(math.MaxInt64)
	if hi < uint64(price) {
		if q, _ := bits.Div64(hi, lo, uint64(price)); q < whole {
			whole = q
		}
	}
	return Amount(whole) - Amount(whole)%lot
}
