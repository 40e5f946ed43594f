package trading

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// errNotLeading answers a request that this replica has certainly not executed and
// that another one may.
var errNotLeading = errors.New("this replica is not the writer")

// term is one stretch of holding the lease: a state loaded under it, and the queue
// of what is to be done.
type term struct {
	service *Service
	lease   exchange.Lease
	markets []exchange.Market
	state   *State
	queue   chan *request
	sure    time.Time       // the lease was certainly held until this moment
	at      exchange.Millis // of the latest batch

	mu     sync.RWMutex
	closed bool
	batch  []*request // reused
}

// offer queues a request without waiting.
func (t *term) offer(r *request) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed {
		return errNotLeading
	}
	select {
	case t.queue <- r:
		return nil
	default:
		return errOverloaded
	}
}

// end refuses what is still queued: others may execute it.
func (t *term) end() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	for {
		select {
		case r := <-t.queue:
			if r.take() {
				r.reply(exchange.Outcome{}, errNotLeading)
			}
		default:
			return
		}
	}
}

// run executes batches until ctx ends or the lease or the memory is lost. A nil
// error means that the lease is still held.
func (t *term) run(ctx context.Context) error {
	renewal := time.NewTicker(t.service.options.LeaseDuration / 4)
	defer renewal.Stop()
	for ctx.Err() == nil { // a full queue does not keep us from stepping down
		select {
		case <-ctx.Done():
		case <-renewal.C:
			if err := t.renew(ctx); err != nil {
				return err
			}
		case first := <-t.queue:
			if err := t.execute(t.collect(ctx, first)); err != nil {
				return err
			}
			t.service.observer.ObserveQueue(len(t.queue))
		}
	}
	return nil
}

func (t *term) countOpenOrders() {
	for i := range t.markets {
		t.service.observer.SetOpenOrders(t.markets[i].Symbol, t.state.OpenOrders(t.markets[i].ID))
	}
}

func (t *term) renew(ctx context.Context) error {
	began, duration := time.Now(), t.service.options.LeaseDuration
	if t.sure.Sub(began) > duration/2 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	if err := t.service.options.Journal.Renew(ctx, t.lease, duration); err != nil {
		return fmt.Errorf("renewing the lease: %w", err)
	}
	t.sure = began.Add(duration)
	return nil
}

// collect takes what has arrived, up to the batch's limit, and waits for more at
// most BatchMaxDelay. While a batch is being committed the next one fills by
// itself, so the batch's size follows the load.
func (t *term) collect(ctx context.Context, first *request) []*request {
	o := &t.service.options
	t.service.observer.ObserveQueue(len(t.queue) + 1)
	batch := t.batch[:0]
	if first.take() {
		batch = append(batch, first)
	}
	var deadline <-chan time.Time
	if o.BatchMaxDelay > 0 {
		timer := time.NewTimer(o.BatchMaxDelay)
		defer timer.Stop()
		deadline = timer.C
	}
	for len(batch) < o.BatchMaxCommands {
		select {
		case r := <-t.queue:
			if r.take() {
				batch = append(batch, r)
			}
			continue
		default:
		}
		if deadline == nil {
			break
		}
		select {
		case r := <-t.queue:
			if r.take() {
				batch = append(batch, r)
			}
		case <-deadline:
			deadline = nil
		case <-ctx.Done():
			deadline = nil
		}
	}
	t.batch = batch
	return batch
}
