package exchange_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestDecimalsAreReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]exchange.Amount{
		"0":                     0,
		"-0":                    0,
		"1":                     exchange.Unit,
		"007":                   7 * exchange.Unit,
		"0.1":                   exchange.Unit / 10,
		"0.00000001":            1,
		"-0.00000001":           -1,
		"1.50000000":            exchange.Unit * 3 / 2,
		"1.5000000000000000000": exchange.Unit * 3 / 2, // zeros beyond the eighth decimal say nothing new
		"92233720368.54775807":  exchange.MaxAmount,
		"92233720368.5477580":   exchange.MaxAmount - 7,
		"-92233720368.54775807": -exchange.MaxAmount,
	} {
		if got, err := exchange.ParseAmount(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, int64(got), err, int64(want))
		}
	}
}

func TestWhatIsNoDecimalIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                      exchange.ErrAmountSyntax,
		"-":                     exchange.ErrAmountSyntax,
		"--1":                   exchange.ErrAmountSyntax,
		"+1":                    exchange.ErrAmountSyntax,
		".5":                    exchange.ErrAmountSyntax,
		"5.":                    exchange.ErrAmountSyntax,
		"1.2.3":                 exchange.ErrAmountSyntax,
		"1,5":                   exchange.ErrAmountSyntax,
		"1e3":                   exchange.ErrAmountSyntax,
		"0x10":                  exchange.ErrAmountSyntax,
		" 1":                    exchange.ErrAmountSyntax,
		"1 ":                    exchange.ErrAmountSyntax,
		"1_000":                 exchange.ErrAmountSyntax,
		"NaN":                   exchange.ErrAmountSyntax,
		"Infinity":              exchange.ErrAmountSyntax,
		"١":                     exchange.ErrAmountSyntax, // a digit, but not one of ours
		"0.000000001":           exchange.ErrAmountPrecision,
		"1.123456789":           exchange.ErrAmountPrecision,
		"92233720368.54775808":  exchange.ErrAmountOverflow,
		"-92233720368.54775808": exchange.ErrAmountOverflow,
		"92233720369":           exchange.ErrAmountOverflow,
		"184467440737.09551616": exchange.ErrAmountOverflow, // 2^64 units: 0 if it wrapped

		strings.Repeat("9", 40):        exchange.ErrAmountOverflow,
		"0." + strings.Repeat("0", 40): exchange.ErrAmountOverflow,
	} {
		if got, err := exchange.ParseAmount(text); !errors.Is(err, want) || got != 0 {
			t.Errorf("%q: %d, %v; want %v", text, int64(got), err, want)
		}
	}
}

func TestMustAmountPanicsOnWhatIsNoDecimal(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("it did not panic")
		}
	}()
	exchange.MustAmount("many")
}

func TestAmountsAreWrittenWithEightDecimals(t *testing.T) {
	t.Parallel()
	for amount, want := range map[exchange.Amount]string{
		0:                      "0.00000000",
		1:                      "0.00000001",
		-1:                     "-0.00000001",
		exchange.Unit:          "1.00000000",
		-exchange.Unit * 3 / 2: "-1.50000000",
		exchange.MaxAmount:     "92233720368.54775807",
		math.MinInt64:          "-92233720368.54775808",
	} {
		if got := amount.String(); got != want {
			t.Errorf("%d: %s, want %s", int64(amount), got, want)
		}
	}
}

func TestAmountsAreStringsInJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(exchange.MustAmount("0.1"))
	if err != nil || string(text) != `"0.10000000"` {
		t.Errorf("%s, %v", text, err)
	}
	var a exchange.Amount
	if err := json.Unmarshal([]byte(`"-2.5"`), &a); err != nil || a != -exchange.Unit*5/2 {
		t.Errorf("%s, %v", a, err)
	}
	for text, want := range map[string]error{
		`0.1`:           exchange.ErrAmountSyntax, // a number: its digits may be rounded already
		`1`:             exchange.ErrAmountSyntax,
		`null`:          exchange.ErrAmountSyntax,
		`{}`:            exchange.ErrAmountSyntax,
		`""`:            exchange.ErrAmountSyntax,
		`"1e1"`:         exchange.ErrAmountSyntax,
		`"0.000000001"`: exchange.ErrAmountPrecision,
		`"99999999999"`: exchange.ErrAmountOverflow,
	} {
		a := exchange.Unit
		if err := json.Unmarshal([]byte(text), &a); !errors.Is(err, want) || a != exchange.Unit {
			t.Errorf("%s: %s, %v; want %v and the amount as it was", text, a, err, want)
		}
	}
}

func TestSumsOverflowIntoAnError(t *testing.T) {
	t.Parallel()
	const most, least = exchange.MaxAmount, exchange.Amount(math.MinInt64)
	add := func(a, b exchange.Amount) (exchange.Amount, error) { return a.Add(b) }
	sub := func(a, b exchange.Amount) (exchange.Amount, error) { return a.Sub(b) }
	for name, test := range map[string]struct {
		of   func(a, b exchange.Amount) (exchange.Amount, error)
		a, b exchange.Amount
		want exchange.Amount // 0: overflow
	}{
		"up to the largest":         {add, most - 1, 1, most},
		"beyond the largest":        {add, most, 1, 0},
		"down to the smallest":      {add, least + 1, -1, least},
		"beyond the smallest":       {add, least, -1, 0},
		"opposite ends":             {add, most, least, -1},
		"less than the smallest":    {sub, least, 1, 0},
		"more than the largest":     {sub, most, -1, 0},
		"nothing but the smallest":  {sub, 0, least, 0},
		"minus one, the smallest":   {sub, -1, least, most},
		"the largest, from nothing": {sub, 0, most, -most},
	} {
		got, err := test.of(test.a, test.b)
		if got != test.want || (test.want == 0) != errors.Is(err, exchange.ErrAmountOverflow) {
			t.Errorf("%s: %d, %v; want %d", name, int64(got), err, int64(test.want))
		}
	}
}

func TestNotionalIsExactOrAnError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		price, quantity, want string
		err                   error
	}{
		{"50000.01", "0.00002", "1.0000002", nil},
		{"92233720368.54775807", "1", "92233720368.54775807", nil},
		{"0", "5", "0", nil},
		{"92233720368.54775807", "1.00000001", "", exchange.ErrAmountOverflow},
		{"92233720368", "92233720368", "", exchange.ErrAmountOverflow},
		{"0.00000001", "0.5", "", exchange.ErrAmountInexact},
		{"-1", "1", "", exchange.ErrAmountOverflow},
		{"1", "-1", "", exchange.ErrAmountOverflow},
	} {
		got, err := exchange.Notional(exchange.MustAmount(test.price), exchange.MustAmount(test.quantity))
		if !errors.Is(err, test.err) || (err == nil && got != exchange.MustAmount(test.want)) {
			t.Errorf("%s × %s: %s, %v; want %q, %v", test.price, test.quantity, got, err, test.want, test.err)
		}
	}
}

func TestMultiplesOfAStep(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		amount, step string
		want         bool
	}{
		{"0.3", "0.1", true},
		{"0", "0.1", true},
		{"-0.3", "0.1", true},
		{"0.35", "0.1", false},
		{"1", "0", false},
		{"1", "-1", false},
	} {
		if got := exchange.MustAmount(test.amount).MultipleOf(exchange.MustAmount(test.step)); got != test.want {
			t.Errorf("%s in steps of %s: %v", test.amount, test.step, got)
		}
	}
}
