package web

import (
	"hash/maphash"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiterSlots bounds a limiter's memory to about 1 MiB, whatever strangers send.
const limiterSlots = 1 << 14

// limiter lets each key do something at a rate, with a burst. Keys share a fixed
// table of slots by hash: two that meet share a budget, and no number of other keys
// can make it forget one. Each replica counts for itself.
type limiter struct {
	every time.Duration
	burst int
	seed  maphash.Seed

	mu    sync.Mutex
	slots [limiterSlots]*rate.Limiter
}

// newLimiter returns a limiter that regains one use each interval, up to burst.
func newLimiter(every time.Duration, burst int) *limiter {
	return &limiter{every: every, burst: burst, seed: maphash.MakeSeed()}
}

// take uses up one use of the key and returns 0, or takes nothing and returns how
// long until the next one.
func (l *limiter) take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := &l.slots[maphash.String(l.seed, key)%limiterSlots]
	if *slot == nil {
		*slot = rate.NewLimiter(rate.Every(l.every), l.burst)
	}
	reservation := (*slot).ReserveN(now, 1)
	if wait = reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}
