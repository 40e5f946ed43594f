package trading

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

// maxDifferences bounds what a comparison names.
const maxDifferences = 100

type differences []string

func (d *differences) add(format string, args ...any) {
	switch {
	case len(*d) < maxDifferences:
		*d = append(*d, fmt.Sprintf(format, args...))
	case len(*d) == maxDifferences:
		*d = append(*d, "and more")
	}
}

// Differences names what differs between a state and a stored one, up to a bound:
// the numbers of the last command and trade, open orders and their queues, balances
// and held withdrawals. The references of withdrawals are not compared, because the
// log does not hold them. An absent balance equals one of zero.
func Differences(state *State, stored exchange.Snapshot) []string {
	var d differences
	if state.seq != stored.Seq {
		d.add("last command: %d here, %d stored", state.seq, stored.Seq)
	}
	if state.trade != stored.Trade {
		d.add("last trade: %d here, %d stored", state.trade, stored.Trade)
	}
	d.orders(state, stored.Orders)
	d.queues(state, stored)
	d.balances(state, stored.Balances)
	d.withdrawals(state, stored.Withdrawals)
	return d
}

func (d *differences) orders(state *State, stored []exchange.Order) {
	here := make(map[exchange.OrderID]exchange.Order, len(state.orders))
	for id, o := range state.orders {
		here[id] = o.Order
	}
	compareMaps(d, "open order %v", cmp.Compare, here, byKey(stored, func(o exchange.Order) exchange.OrderID { return o.ID }))
}

// queues compares the books order by order, as the stored state restores them.
func (d *differences) queues(state *State, stored exchange.Snapshot) {
	var markets []exchange.Market
	for _, m := range state.markets {
		if m != nil {
			markets = append(markets, m.Market)
		}
	}
	restored, err := NewState(markets, stored)
	if err != nil {
		d.add("the stored state cannot be restored: %v", err)
		return
	}
	for _, m := range markets {
		here := slices.Collect(state.markets[m.ID].book.Orders())
		there := slices.Collect(restored.markets[m.ID].book.Orders())
		for i := range max(len(here), len(there)) {
			if a, b := at(here, i), at(there, i); a != b {
				d.add("book of %s, place %d: %+v here, %+v stored", m.Symbol, i+1, a, b)
				break // what follows is only shifted
			}
		}
	}
}

func at(orders []matching.Resting, i int) matching.Resting {
	if i < len(orders) {
		return orders[i]
	}
	return matching.Resting{}
}

// balanceKey orders balances by account.
type balanceKey struct {
	account exchange.AccountID
	asset   exchange.AssetID
}

func (k balanceKey) String() string { return fmt.Sprintf("account %d, asset %d", k.account, k.asset) }

func (k balanceKey) compare(other balanceKey) int {
	return cmp.Or(cmp.Compare(k.account, other.account), cmp.Compare(k.asset, other.asset))
}

func (d *differences) balances(state *State, stored []exchange.Balance) {
	here, there := map[balanceKey]exchange.Balance{}, map[balanceKey]exchange.Balance{}
	put := func(m map[balanceKey]exchange.Balance, b exchange.Balance) {
		if b.Available != 0 || b.Locked != 0 {
			m[balanceKey{b.Account, b.Asset}] = b
		}
	}
	state.ledger.Balances(func(b exchange.Balance) { put(here, b) })
	for _, b := range stored {
		put(there, b)
	}
	compareMaps(d, "balance of %v", balanceKey.compare, here, there)
}

func (d *differences) withdrawals(state *State, stored []exchange.Withdrawal) {
	here := make(map[exchange.Seq]exchange.Withdrawal, len(state.held))
	for id, w := range state.held {
		here[id] = withoutReference(*w)
	}
	there := byKey(stored, func(w exchange.Withdrawal) exchange.Seq { return w.ID })
	for id, w := range there {
		there[id] = withoutReference(w)
	}
	compareMaps(d, "held withdrawal %v", cmp.Compare, here, there)
}

func withoutReference(w exchange.Withdrawal) exchange.Withdrawal {
	w.Reference = ""
	return w
}

func byKey[K comparable, V any](values []V, key func(V) K) map[K]V {
	m := make(map[K]V, len(values))
	for _, v := range values {
		m[key(v)] = v
	}
	return m
}

// compareMaps names the keys whose values differ, in order; name formats a key.
func compareMaps[K, V comparable](d *differences, name string, order func(a, b K) int, here, stored map[K]V) {
	keys := maps.Clone(here)
	maps.Copy(keys, stored)
	for _, k := range slices.SortedFunc(maps.Keys(keys), order) {
		a, isHere := here[k]
		b, isStored := stored[k]
		switch {
		case !isHere:
			d.add(name+": only stored: %+v", k, b)
		case !isStored:
			d.add(name+": not stored: %+v", k, a)
		case a != b:
			d.add(name+": %+v here, %+v stored", k, a, b)
		}
	}
}
