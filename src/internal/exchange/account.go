package exchange

import "strings"

// AccountID identifies an account. The first two are the exchange's own.
type AccountID int64

// The exchange's own accounts. Their balances are ledger balances like any
// other's, but External may be negative: it mirrors what the world outside has
// deposited, so that all entries of an asset sum to zero.
const (
	External     AccountID = 1
	Fees         AccountID = 2
	FirstAccount AccountID = 100 // lower ones are reserved
)

// Account is somebody who owns balances.
type Account struct {
	ID           AccountID
	Name         string // unique, 3 to 32 of a-z, 0-9, "-" and "_"
	PasswordHash string // argon2id in PHC form; empty: no sign-in by password
	CreatedAt    Millis
}

// ValidAccountName reports whether text can name an account.
func ValidAccountName(text string) bool {
	if len(text) < 3 || len(text) > 32 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// Scope is a set of things that an API key may do.
type Scope uint8

// The scopes. ScopeOperator is the exchange's own: crediting deposits, settling
// withdrawals, opening accounts.
const (
	ScopeRead Scope = 1 << iota
	ScopeTrade
	ScopeWithdraw
	ScopeOperator
)

var scopeNames = []struct {
	scope Scope
	name  string
}{{ScopeRead, "read"}, {ScopeTrade, "trade"}, {ScopeWithdraw, "withdraw"}, {ScopeOperator, "operator"}}

// Has reports whether all of want is in s.
func (s Scope) Has(want Scope) bool { return s&want == want }

// String lists the names, separated by commas: "read,trade".
func (s Scope) String() string {
	var names []string
	for _, n := range scopeNames {
		if s.Has(n.scope) {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// ParseScopes reads scope names; an unknown name or an empty list is an error.
func ParseScopes(names []string) (Scope, error) {
	var scopes Scope
	for _, name := range names {
		found := false
		for _, n := range scopeNames {
			if n.name == name {
				scopes, found = scopes|n.scope, true
			}
		}
		if !found {
			return 0, &Error{Code: CodeInvalidParameter, Field: "scopes", Message: "Unknown scope '" + name + "'; scopes are read, trade, withdraw and operator."}
		}
	}
	if scopes == 0 {
		return 0, &Error{Code: CodeMissingParameter, Field: "scopes", Message: "Name at least one scope."}
	}
	return scopes, nil
}

// APIKey is a key with which a program signs requests. Secret is held in clear in
// memory only; it is sealed wherever it is stored.
type APIKey struct {
	Key     string
	Secret  string
	Account AccountID
	Scopes  Scope
	Label   string
}

// Session is a signed-in browser. Token and CSRF are random; only a hash of the
// token is stored.
type Session struct {
	Token     string
	CSRF      string
	Account   AccountID
	Name      string
	ExpiresAt Millis
}

// Balance is what an account owns of an asset: Available can be spent, Locked is
// reserved by open orders and held withdrawals.
type Balance struct {
	Account   AccountID `json:"account"`
	Asset     AssetID   `json:"asset"`
	Available Amount    `json:"available"`
	Locked    Amount    `json:"locked"`
}
