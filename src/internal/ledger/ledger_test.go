package ledger_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/ledger"
)

const (
	btc  exchange.AssetID   = 1
	usdt exchange.AssetID   = 2
	ann  exchange.AccountID = 100
	ben  exchange.AccountID = 101
)

func newLedger(t *testing.T, balances ...exchange.Balance) *ledger.Ledger {
	t.Helper()
	l, err := ledger.New(balances)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func move(t *testing.T, l *ledger.Ledger, account exchange.AccountID, asset exchange.AssetID, available, locked exchange.Amount) {
	t.Helper()
	if err := l.Move(account, asset, available, locked); err != nil {
		t.Fatal(err)
	}
}

func TestDepositComesFromTheOutsideWorld(t *testing.T) {
	t.Parallel()
	l := newLedger(t)
	move(t, l, exchange.External, usdt, -500, 0)
	move(t, l, ann, usdt, 500, 0)
	if _, err := l.Post(); err != nil {
		t.Fatal(err)
	}
	if got := l.Balance(exchange.External, usdt).Available; got != -500 {
		t.Errorf("the outside world owes %d, want 500", -got)
	}
	if got := l.Balance(ann, usdt).Available; got != 500 {
		t.Errorf("available %d, want 500", got)
	}
}

func TestRefusedTransactionsChangeNothing(t *testing.T) {
	t.Parallel()
	type line struct {
		account           exchange.AccountID
		asset             exchange.AssetID
		available, locked exchange.Amount
	}
	tests := []struct {
		name  string
		lines []line
		want  error
	}{
		{"one side only", []line{{ann, usdt, -5, 0}}, ledger.ErrUnbalanced},
		{"balanced over two assets but in neither", []line{{ann, usdt, -5, 0}, {ben, btc, 5, 0}}, ledger.ErrUnbalanced},
		{"more than available", []line{{ann, usdt, -101, 101}}, ledger.ErrNegative},
		{"more than locked", []line{{ann, usdt, 11, -11}}, ledger.ErrNegative},
		{"the outside world locks nothing", []line{{exchange.External, usdt, 5, -5}}, ledger.ErrNegative},
		{"a balance out of range", []line{{exchange.External, usdt, -exchange.MaxAmount, 0}, {ann, usdt, exchange.MaxAmount, 0}}, exchange.ErrAmountOverflow},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := exchange.Balance{Account: ann, Asset: usdt, Available: 100, Locked: 10}
			l := newLedger(t, before)
			for _, m := range test.lines {
				move(t, l, m.account, m.asset, m.available, m.locked)
			}
			if _, err := l.Post(); !errors.Is(err, test.want) {
				t.Fatalf("Post: %v, want %v", err, test.want)
			}
			if got := l.Balance(ann, usdt); got != before {
				t.Errorf("balance %+v after a refusal, want %+v", got, before)
			}
			if changes := l.EndBatch(nil); len(changes) != 0 {
				t.Errorf("%d changes after a refusal", len(changes))
			}
			move(t, l, ann, usdt, -5, 5)
			if _, err := l.Post(); err != nil {
				t.Errorf("the next transaction: %v", err)
			}
		})
	}
}

func TestEntriesOfOneBalanceAreNetted(t *testing.T) {
	t.Parallel()
	l := newLedger(t, exchange.Balance{Account: ann, Asset: usdt, Available: 100})
	move(t, l, ann, usdt, -30, 30)
	move(t, l, ann, usdt, -20, 20)
	entries, err := l.Post()
	if err != nil {
		t.Fatal(err)
	}
	want := exchange.Entry{Account: ann, Asset: usdt, Available: -50, Locked: 50}
	if len(entries) != 1 || entries[0] != want {
		t.Errorf("entries %+v, want one %+v", entries, want)
	}
}

func TestBatchReportsEachBalanceOnce(t *testing.T) {
	t.Parallel()
	l := newLedger(t, exchange.Balance{Account: ann, Asset: usdt, Available: 100})
	for range 3 {
		move(t, l, ann, usdt, -10, 0)
		move(t, l, ben, usdt, 10, 0)
		if _, err := l.Post(); err != nil {
			t.Fatal(err)
		}
	}
	changes := l.EndBatch(nil)
	if len(changes) != 2 {
		t.Fatalf("%d changes, want 2", len(changes))
	}
	if c := changes[0]; c.New || c.Delta.Available != -30 || c.Balance.Available != 70 {
		t.Errorf("ann: %+v", c)
	}
	if c := changes[1]; !c.New || c.Delta.Available != 30 || c.Balance.Available != 30 {
		t.Errorf("ben: %+v", c)
	}
}

func TestOpeningBalancesAreChecked(t *testing.T) {
	t.Parallel()
	if _, err := ledger.New([]exchange.Balance{{Account: ann, Asset: usdt, Available: -1}}); !errors.Is(err, ledger.ErrNegative) {
		t.Errorf("negative opening balance: %v", err)
	}
	twice := exchange.Balance{Account: ann, Asset: usdt}
	if _, err := ledger.New([]exchange.Balance{twice, twice}); err == nil {
		t.Error("the same balance twice was accepted")
	}
}

// Whatever is posted or refused, every asset sums to zero and nobody but the
// outside world owes.
func TestRandomTransactionsKeepTheBooks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, err := ledger.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		accounts := rapid.SampledFrom([]exchange.AccountID{exchange.External, ann, ben})
		amount := rapid.Int64Range(-50, 50)
		for range rapid.IntRange(1, 40).Draw(t, "transactions") {
			for range rapid.IntRange(1, 4).Draw(t, "pairs") {
				asset := rapid.SampledFrom([]exchange.AssetID{btc, usdt}).Draw(t, "asset")
				a := exchange.Amount(amount.Draw(t, "amount"))
				if err := l.Move(accounts.Draw(t, "from"), asset, -a, 0); err != nil {
					t.Fatal(err)
				}
				if err := l.Move(accounts.Draw(t, "to"), asset, 0, a); err != nil {
					t.Fatal(err)
				}
			}
			_, _ = l.Post()
		}
		sums := map[exchange.AssetID]exchange.Amount{}
		l.Balances(func(b exchange.Balance) {
			sums[b.Asset] += b.Available + b.Locked
			if b.Account != exchange.External && (b.Available < 0 || b.Locked < 0) {
				t.Fatalf("negative balance %+v", b)
			}
		})
		for asset, sum := range sums {
			if sum != 0 {
				t.Fatalf("asset %d sums to %d", asset, sum)
			}
		}
	})
}
