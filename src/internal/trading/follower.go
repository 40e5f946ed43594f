package trading

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	feedPage = 256
	feedPoll = 250 * time.Millisecond
)

// Follower hands every committed batch to the replica's view and publisher, in
// order and without a gap, whether it was written here or elsewhere.
type Follower struct {
	options *Options
	reading chan struct{} // full while the feed is read
	mu      sync.Mutex    // held while batches are handed on
	seq     exchange.Seq
	started atomic.Bool
	leading func() bool
	more    chan struct{} // there may be something to read
}

func newFollower(o *Options, leading func() bool) *Follower {
	return &Follower{options: o, leading: leading, reading: make(chan struct{}, 1), more: make(chan struct{}, 1)}
}

// Ready reports whether the replica's view has been loaded.
func (s *Service) Ready() bool { return s.follower.started.Load() }

// deliver hands on a batch that this replica has just committed. The view has it
// before answer is called, and the public after.
func (f *Follower) deliver(b *exchange.Batch, answer func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next := f.started.Load() && b.Last >= b.First && b.First == f.seq+1
	if next {
		f.seq = b.Last
		f.options.ApplyView(b)
	}
	answer()
	if next {
		f.options.Publish(b)
	} else {
		signal(f.more)
	}
}

// run follows the feed until ctx ends; wake is signalled with every notification.
// While this replica leads it has been handed what the notifications are about, and
// reads the feed only now and then.
func (f *Follower) run(ctx context.Context, wake chan<- struct{}) {
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() {
		f.listen(ctx, func() {
			if !f.leading() {
				signal(f.more)
			}
			signal(wake)
		})
	})
	trouble := complaint{log: f.options.Log, message: "not following the batches"}
	for ctx.Err() == nil {
		trouble.note(ctx, f.catchUp(ctx))
		pause(ctx, f.more, 0, feedPoll)
	}
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (f *Follower) listen(ctx context.Context, wake func()) {
	trouble := complaint{log: f.options.Log, message: "not listening for batches; polling meanwhile"}
	for ctx.Err() == nil {
		trouble.note(ctx, f.options.Feed.Listen(ctx, wake))
		pause(ctx, nil, 0, time.Second)
	}
}

// catchUp hands on what has been committed since the last call.
func (f *Follower) catchUp(ctx context.Context) error {
	select {
	case f.reading <- struct{}{}:
		defer func() { <-f.reading }()
	case <-ctx.Done():
		return fmt.Errorf("waiting for the feed: %w", ctx.Err())
	}
	if !f.started.Load() {
		if err := f.start(ctx); err != nil {
			return err
		}
	}
	for {
		f.mu.Lock()
		after := f.seq
		f.mu.Unlock()
		batches, err := f.options.Feed.Batches(ctx, after, feedPage)
		if err != nil {
			return fmt.Errorf("reading batches after %d: %w", after, err)
		}
		gap := f.hand(batches)
		if gap {
			f.options.Log.Warn("batches are missing; starting from a snapshot", "after", int64(after))
			return f.start(ctx)
		}
		if len(batches) < feedPage {
			return nil
		}
	}
}

// hand passes batches on and reports whether one is missing before them.
func (f *Follower) hand(batches []exchange.Batch) (gap bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range batches {
		b := &batches[i]
		if b.Last <= f.seq {
			continue // delivered in the meantime
		}
		if b.First != f.seq+1 {
			return true
		}
		f.seq = b.Last
		f.options.ApplyView(b)
		f.options.Publish(b)
	}
	return false
}

func (f *Follower) start(ctx context.Context) error {
	snapshot, err := f.options.Feed.BookSnapshot(ctx)
	if err != nil {
		return fmt.Errorf("reading a snapshot of the books: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq = snapshot.Seq
	f.options.Reset(snapshot)
	f.started.Store(true)
	return nil
}
