package rest

import (
	"net/netip"
	"sync"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	// maxUsers bounds a limiter's memory to about 10 MiB, whatever strangers send.
	maxUsers = 1 << 16

	minute     exchange.Millis = 60_000
	tenSeconds exchange.Millis = 10_000

	firstBan  = 2 * minute
	longest   = 60 * minute      // ban
	forgiving = 24 * 60 * minute // after a ban, until the next one is a first one again
)

// limiter lets each user spend so much in each window of time, which begins with
// the clock's minute (or ten seconds). Who keeps going after many refusals in one
// window is banned; each further ban is twice as long. Each replica counts for
// itself.
type limiter[K comparable] struct {
	limit    int
	window   exchange.Millis
	patience int // refusals in a window that lead to a ban; 0: none does
	capacity int

	mu    sync.Mutex
	users map[K]*usage
	swept exchange.Millis
}

// usage is what one user has spent.
type usage struct {
	window  exchange.Millis // number of the window that spent and refused are of
	spent   int
	refused int
	bans    int             // in a row
	until   exchange.Millis // end of the last ban
}

// ruling is a limiter's answer.
type ruling struct {
	spent  int             // in this window
	wait   exchange.Millis // 0: go on; else how long to wait
	banned bool
}

func newLimiter[K comparable](limit int, window exchange.Millis, patience int) *limiter[K] {
	return &limiter[K]{limit: limit, window: window, patience: patience, capacity: maxUsers, users: map[K]*usage{}}
}

// newWeights returns the limiter of requests by address. A tenth of the limit on
// top of it, in refusals, is patience enough.
func newWeights(limit int) *limiter[netip.Prefix] {
	return newLimiter[netip.Prefix](limit, minute, max(10, limit/10))
}

// newOrderCounts returns the limiter of orders by account.
func newOrderCounts(limit int) *limiter[exchange.AccountID] {
	return newLimiter[exchange.AccountID](limit, tenSeconds, 0)
}

// take spends an amount, or nothing if that would be too much.
func (l *limiter[K]) take(user K, amount int, now exchange.Millis) ruling {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	u := l.users[user]
	if u == nil {
		l.makeRoom()
		u = &usage{}
		l.users[user] = u
	}
	if window := now / l.window; u.window != window {
		u.window, u.spent, u.refused = window, 0, 0
	}
	switch {
	case now < u.until:
		return ruling{u.spent, u.until - now, true}
	case amount <= l.limit-u.spent:
		u.spent += amount
		return ruling{spent: u.spent}
	}
	u.refused++
	if l.patience > 0 && u.refused > l.patience {
		u.ban(now)
		return ruling{u.spent, u.until - now, true}
	}
	return ruling{spent: u.spent, wait: l.window - now%l.window}
}

func (u *usage) ban(now exchange.Millis) {
	if now > u.until+forgiving {
		u.bans = 0
	}
	length := longest
	if u.bans < 5 {
		length = min(longest, firstBan<<u.bans)
	}
	u.bans++
	u.until = now + length
	u.refused = 0
}

// sweep forgets, once in a window, who has no debts.
func (l *limiter[K]) sweep(now exchange.Millis) {
	if window := now / l.window; l.swept != window {
		l.swept = window
		for user, u := range l.users {
			if u.window != window && (u.bans == 0 || now > u.until+forgiving) {
				delete(l.users, user)
			}
		}
	}
}

// makeRoom forgets somebody when the table is full, a banned one last: whoever
// commands so many networks is not held by a count of each.
func (l *limiter[K]) makeRoom() {
	if len(l.users) < l.capacity {
		return
	}
	tries := 0
	for user, u := range l.users { // in random order
		if tries++; u.bans == 0 || tries > 32 {
			delete(l.users, user)
			return
		}
	}
}
