package rest

import (
	"context"
	"sync"
	"time"
)

// deadline is a context that ends after a time, as context.WithTimeout's does. It
// starts a timer only when somebody waits for its end: most orders ask nothing of the
// database, and the timer would be a good part of what the API costs them.
type deadline struct{ *deadlineState }

type deadlineState struct {
	parent context.Context
	at     time.Time

	mu     sync.Mutex
	timed  context.Context // once somebody waits
	end    context.CancelFunc
	ending bool
}

func newDeadline(parent context.Context, after time.Duration) deadline {
	return deadline{&deadlineState{parent: parent, at: time.Now().Add(after)}}
}

// timer returns the context with the timer.
func (d deadline) timer() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timed == nil {
		d.timed, d.end = context.WithDeadline(d.parent, d.at)
		if d.ending {
			d.end()
		}
	}
	return d.timed
}

// cancel ends the context.
func (d deadline) cancel() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending = true; d.end != nil {
		d.end()
	}
}

// Deadline implements context.Context.
func (d deadline) Deadline() (time.Time, bool) {
	if at, has := d.parent.Deadline(); has && at.Before(d.at) {
		return at, true
	}
	return d.at, true
}

// Done implements context.Context.
func (d deadline) Done() <-chan struct{} { return d.timer().Done() }

// Err implements context.Context.
func (d deadline) Err() error { return d.timer().Err() }

// Value implements context.Context.
func (d deadline) Value(key any) any { return d.parent.Value(key) }
