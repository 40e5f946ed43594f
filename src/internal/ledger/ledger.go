// Package ledger keeps balances by double entry. Every change is a transaction
// whose entries sum to zero for each asset; a transaction is posted whole or not
// at all, and no balance but the outside world's ever falls below zero.
//
// It is pure: no clock, no storage, no dependence on map order. It is not safe for
// concurrent use.
package ledger

import (
	"errors"
	"fmt"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// ErrUnbalanced says that a transaction's entries do not sum to zero.
var ErrUnbalanced = errors.New("ledger: the transaction does not sum to zero")

// ErrNegative says that a transaction would leave a balance below zero.
var ErrNegative = errors.New("ledger: the transaction would leave a negative balance")

type key struct {
	account exchange.AccountID
	asset   exchange.AssetID
}

// slot is one balance, with what the open transaction and the current batch
// have done to it.
type slot struct {
	balance exchange.Balance
	stored  bool // known before the current batch
	dirty   bool // changed in the current batch
	delta   exchange.Entry
	pending int // index+1 of the open transaction's entry
}

// Ledger holds all balances.
type Ledger struct {
	slots   map[key]*slot
	dirty   []*slot
	open    []*slot
	entries []exchange.Entry
	sums    []assetSum
}

type assetSum struct {
	asset exchange.AssetID
	sum   exchange.Amount
}

// New makes a ledger with the given balances, one for each account and asset.
func New(balances []exchange.Balance) (*Ledger, error) {
	l := &Ledger{slots: make(map[key]*slot, len(balances))}
	for _, b := range balances {
		k := key{b.Account, b.Asset}
		if _, known := l.slots[k]; known {
			return nil, fmt.Errorf("ledger: account %d has two balances of asset %d", b.Account, b.Asset)
		}
		if !allowed(b.Account, b.Available, b.Locked) {
			return nil, fmt.Errorf("ledger: account %d, asset %d: %w", b.Account, b.Asset, ErrNegative)
		}
		l.slots[k] = &slot{balance: b, stored: true}
	}
	return l, nil
}

// allowed is the one rule about signs: only the outside world may owe.
func allowed(account exchange.AccountID, available, locked exchange.Amount) bool {
	return locked >= 0 && (available >= 0 || account == exchange.External)
}

// Balance returns an account's balance of an asset, zero if it never had any.
func (l *Ledger) Balance(account exchange.AccountID, asset exchange.AssetID) exchange.Balance {
	if s, ok := l.slots[key{account, asset}]; ok {
		return s.balance
	}
	return exchange.Balance{Account: account, Asset: asset}
}

// Balances calls visit for each balance, in no particular order.
func (l *Ledger) Balances(visit func(exchange.Balance)) {
	for _, s := range l.slots {
		visit(s.balance)
	}
}

// Move adds to the open transaction. Entries of the same account and asset are
// netted. The only error is exchange.ErrAmountOverflow, after which the
// transaction must be discarded.
func (l *Ledger) Move(account exchange.AccountID, asset exchange.AssetID, available, locked exchange.Amount) error {
	s := l.slot(key{account, asset})
	if s.pending == 0 {
		l.open = append(l.open, s)
		l.entries = append(l.entries, exchange.Entry{Account: account, Asset: asset})
		s.pending = len(l.entries)
	}
	e := &l.entries[s.pending-1]
	sumAvailable, errA := e.Available.Add(available)
	sumLocked, errL := e.Locked.Add(locked)
	if err := errors.Join(errA, errL); err != nil {
		return fmt.Errorf("ledger: entry of account %d, asset %d: %w", account, asset, exchange.ErrAmountOverflow)
	}
	e.Available, e.Locked = sumAvailable, sumLocked
	return nil
}

func (l *Ledger) slot(k key) *slot {
	s, ok := l.slots[k]
	if !ok {
		s = &slot{balance: exchange.Balance{Account: k.account, Asset: k.asset}}
		l.slots[k] = s
	}
	return s
}

// Post checks the open transaction and applies it. The entries returned are valid
// until the next Move. On an error nothing is changed and the transaction is gone.
func (l *Ledger) Post() ([]exchange.Entry, error) {
	defer l.Discard()
	if err := l.check(); err != nil {
		return nil, err
	}
	posted := l.entries[:0]
	for i, s := range l.open {
		e := l.entries[i]
		if e.Available == 0 && e.Locked == 0 {
			continue
		}
		s.balance.Available += e.Available
		s.balance.Locked += e.Locked
		if !s.dirty {
			s.dirty, s.delta = true, exchange.Entry{}
			l.dirty = append(l.dirty, s)
		}
		s.delta.Available += e.Available
		s.delta.Locked += e.Locked
		posted = append(posted, e)
	}
	return posted, nil
}

// check asserts the sums, the signs and the ranges of the open transaction.
func (l *Ledger) check() error {
	l.sums = l.sums[:0]
	for i, s := range l.open {
		e := l.entries[i]
		available, errA := s.balance.Available.Add(e.Available)
		locked, errL := s.balance.Locked.Add(e.Locked)
		if errA != nil || errL != nil {
			return fmt.Errorf("ledger: balance of account %d, asset %d: %w", e.Account, e.Asset, exchange.ErrAmountOverflow)
		}
		if !allowed(e.Account, available, locked) {
			return fmt.Errorf("account %d, asset %d: %w", e.Account, e.Asset, ErrNegative)
		}
		if err := l.sum(e); err != nil {
			return err
		}
	}
	for _, s := range l.sums {
		if s.sum != 0 {
			return fmt.Errorf("asset %d, off by %s: %w", s.asset, s.sum, ErrUnbalanced)
		}
	}
	return nil
}

// sum adds an entry to its asset's sum. A command touches two assets or a few
// more, so a slice is the fastest map.
func (l *Ledger) sum(e exchange.Entry) error {
	i := 0
	for i < len(l.sums) && l.sums[i].asset != e.Asset {
		i++
	}
	if i == len(l.sums) {
		l.sums = append(l.sums, assetSum{asset: e.Asset})
	}
	for _, part := range [2]exchange.Amount{e.Available, e.Locked} {
		sum, err := l.sums[i].sum.Add(part)
		if err != nil {
			return fmt.Errorf("ledger: sum of asset %d: %w", e.Asset, err)
		}
		l.sums[i].sum = sum
	}
	return nil
}

// Discard drops the open transaction.
func (l *Ledger) Discard() {
	for _, s := range l.open {
		s.pending = 0
	}
	l.open, l.entries = l.open[:0], l.entries[:0]
}

// Change is what a batch did to a balance.
type Change struct {
	Balance exchange.Balance // after the batch
	Delta   exchange.Entry   // Available and Locked only
	New     bool             // the account's first balance of the asset
}

// EndBatch appends the changes since the last call, in the order in which the
// balances were first changed, and starts a new batch.
func (l *Ledger) EndBatch(changes []Change) []Change {
	for _, s := range l.dirty {
		changes = append(changes, Change{Balance: s.balance, Delta: s.delta, New: !s.stored})
		s.dirty, s.stored = false, true
	}
	l.dirty = l.dirty[:0]
	return changes
}
