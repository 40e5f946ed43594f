package stream

import (
	"sync"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// inbox decouples the writer from the encoding of events. It is bounded: if the hub
// cannot keep up at all, what waits is dropped and the hub starts anew.
type inbox struct {
	ready   chan struct{}
	mu      sync.Mutex
	batches []*exchange.Batch
	overrun exchange.Seq // batches up to here were dropped
}

func newInbox() inbox { return inbox{ready: make(chan struct{}, 1)} }

func (i *inbox) put(b *exchange.Batch, limit int) {
	i.mu.Lock()
	if len(i.batches) >= limit {
		i.batches, i.overrun = nil, b.Last
	} else {
		i.batches = append(i.batches, b)
	}
	i.mu.Unlock()
	select {
	case i.ready <- struct{}{}:
	default:
	}
}

// take empties the inbox; overrun is 0 if nothing was dropped.
func (i *inbox) take() (batches []*exchange.Batch, overrun exchange.Seq) {
	i.mu.Lock()
	defer i.mu.Unlock()
	batches, overrun = i.batches, i.overrun
	i.batches, i.overrun = nil, 0
	return batches, overrun
}

func (i *inbox) clear() { i.take() }
