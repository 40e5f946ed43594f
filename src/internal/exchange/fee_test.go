package exchange_test

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestFeeRatesAreReadFromFractions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]exchange.FeeRate{"0": 0, "0.001": 1000, "0.000001": 1, "0.1": exchange.MaxFeeRate} {
		if got, err := exchange.ParseFeeRate(text); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0.1 %", "-0.001", "0.100001", "0.0000001", "1", "NaN", "99999999999999999999"} {
		if got, err := exchange.ParseFeeRate(text); !errors.Is(err, exchange.ErrFeeRate) {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	if got := exchange.FeeRate(1000).String(); got != "0.00100000" {
		t.Errorf("0.1 %% is written %s", got)
	}
}

func TestFeesAreRoundedUpAndNeverMoreThanTheAmount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		received := anyAmount(0).Draw(t, "received")
		rate := exchange.FeeRate(rapid.Int64Range(0, int64(exchange.MaxFeeRate)).Draw(t, "rate"))
		exact := new(big.Int).Mul(big64(received), big.NewInt(int64(rate)))
		want, rest := exact.QuoRem(exact, big.NewInt(int64(exchange.FeeUnit)), new(big.Int))
		if rest.Sign() != 0 {
			want.Add(want, big.NewInt(1))
		}
		if got := rate.Of(received); big64(got).Cmp(want) != 0 || got > received {
			t.Fatalf("%s of %s is %s", rate, received, got)
		}
	})
	if got := exchange.FeeRate(1000).Of(-5); got != 0 {
		t.Errorf("the fee on a negative amount is %s", got)
	}
}

// Splitting an order must not lower what it pays.
func TestPartsPayNoLessThanTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := anyAmount(0).Draw(t, "whole")
		part := exchange.Amount(rapid.Int64Range(0, int64(whole)).Draw(t, "part"))
		rate := exchange.FeeRate(rapid.Int64Range(0, int64(exchange.MaxFeeRate)).Draw(t, "rate"))
		if rate.Of(part)+rate.Of(whole-part) < rate.Of(whole) {
			t.Fatalf("%s in two parts pays less than %s", whole, rate.Of(whole))
		}
	})
}
