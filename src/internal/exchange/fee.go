package exchange

import (
	"errors"
	"math/bits"
)

// FeeUnit is the FeeRate that reads as 100 %.
const FeeUnit FeeRate = 1_000_000

// MaxFeeRate bounds a configured rate: 10 %.
const MaxFeeRate = FeeUnit / 10

// ErrFeeRate says that a rate is outside 0 to MaxFeeRate or finer than a millionth.
var ErrFeeRate = errors.New("a fee rate is a decimal from 0 to 0.1 in steps of 0.000001")

// FeeRate is a fraction of the asset received, in parts per million: 1000 is 0.1 %.
type FeeRate int64

// ParseFeeRate reads a decimal fraction such as "0.001" (0.1 %).
func ParseFeeRate(text string) (FeeRate, error) {
	a, err := ParseAmount(text)
	if err != nil {
		return 0, ErrFeeRate
	}
	const step = Unit / Amount(FeeUnit)
	rate := FeeRate(a / step)
	if !a.MultipleOf(step) || rate < 0 || rate > MaxFeeRate {
		return 0, ErrFeeRate
	}
	return rate, nil
}

// String renders the decimal fraction with eight decimals: "0.00100000".
func (r FeeRate) String() string { return (Amount(r) * (Unit / Amount(FeeUnit))).String() }

// Of returns the fee on an amount received, rounded up to the next unit, so that
// splitting an order never lowers what it pays. The amount must be ≥ 0; the
// result is never more than the amount.
func (r FeeRate) Of(received Amount) Amount {
	if received <= 0 || r <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(received), uint64(r))
	fee, rest := bits.Div64(hi, lo, uint64(FeeUnit))
	if rest != 0 {
		fee++
	}
	return Amount(fee) //nolint:gosec // no more than was received
}
