package exchange_test

import (
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestAccountNamesAreSmallLettersDigitsAndDashes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"bob": true, "market-maker_7": true, strings.Repeat("a", 32): true,
		"": false, "ab": false, strings.Repeat("a", 33): false, "Alice": false, "a b": false, "a\x00b": false, "änne": false,
	} {
		if exchange.ValidAccountName(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

func TestScopesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	scopes, err := exchange.ParseScopes([]string{"trade", "read", "trade"})
	if err != nil || scopes != exchange.ScopeRead|exchange.ScopeTrade || scopes.String() != "read,trade" {
		t.Errorf("%s, %v", scopes, err)
	}
	if !scopes.Has(exchange.ScopeRead) || scopes.Has(exchange.ScopeRead|exchange.ScopeWithdraw) {
		t.Errorf("%s has the wrong scopes", scopes)
	}
	if _, err := exchange.ParseScopes([]string{"read", "admin"}); exchange.CodeOf(err) != exchange.CodeInvalidParameter || !strings.Contains(err.Error(), "'admin'") {
		t.Errorf("an unknown scope: %v", err)
	}
	if _, err := exchange.ParseScopes(nil); exchange.CodeOf(err) != exchange.CodeMissingParameter {
		t.Errorf("no scope: %v", err)
	}
}
