package crash_test

import (
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/traders"
)

const patience = time.Minute

// startLoad has traders of three accounts send orders in turn to all replicas.
func (s *site) startLoad(t *testing.T) *traders.Load {
	t.Helper()
	account := func(name, variable string) traders.Account {
		return traders.Account{Name: name, Key: s.exchange.Demo[variable+"_API_KEY"], Secret: s.exchange.Demo[variable+"_API_SECRET"]}
	}
	o := traders.Options{
		Accounts: []traders.Account{account("alice", "ALICE"), account("bob", "BOB"), account("maker", "MAKER")},
		Operator: account("operator", "OPERATOR"), DatabaseURL: s.url,
		Verify: func() (string, error) { return s.exchange.Run("verify") },
	}
	for _, r := range s.replicas {
		o.URLs = append(o.URLs, r.URL)
	}
	return traders.Start(t, o)
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %s, not yet: %s", patience, what)
		}
	}
}
