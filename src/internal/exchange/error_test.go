package exchange_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestCodeOfLooksThroughWrappers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want exchange.Code
	}{
		{nil, ""},
		{exchange.ErrUnknownOrder, exchange.CodeUnknownOrder},
		{fmt.Errorf("cancelling: %w", exchange.ErrUnknownOrder), exchange.CodeUnknownOrder},
		{errors.Join(errors.New("first"), exchange.ErrOverflow), exchange.CodeOverflow},
		{errors.New("disk on fire"), exchange.CodeInternal},
	} {
		if got := exchange.CodeOf(test.err); got != test.want {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
	}
}

func TestErrorsReadAsTheirMessage(t *testing.T) {
	t.Parallel()
	if got := exchange.ErrInvalidSymbol.Error(); got != "Invalid symbol." {
		t.Errorf("%q", got)
	}
}
