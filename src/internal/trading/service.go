package trading

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Options configure a Service. All fields are required unless stated.
type Options struct {
	Journal  exchange.Journal
	Feed     exchange.Feed
	Markets  []exchange.Market
	Observer Observer
	Log      *slog.Logger
	Now      func() time.Time

	Holder    string // unique to this process
	Address   string // host:port where this replica takes forwarded commands
	PeerKey   []byte // authenticates replicas to each other
	Publish   func(*exchange.Batch)
	Reset     func(exchange.BookSnapshot) // the view starts anew; everything published before is void
	ApplyView func(*exchange.Batch)

	LeaseDuration    time.Duration
	BatchMaxCommands int
	BatchMaxDelay    time.Duration
	QueueLimit       int
	CommandTimeout   time.Duration
	BatchRetention   time.Duration
	MakerFee         exchange.FeeRate
	TakerFee         exchange.FeeRate
	MaxOpenOrders    int
}

// Service is a replica's share of the trading: it executes commands while it holds
// the lease and forwards them while another replica does.
type Service struct {
	options  Options
	observer Observer
	follower *Follower
	forward  *forwarder
	peers    *gate

	submitting atomic.Int64  // calls of Submit under way
	wake       chan struct{} // to look at the lease

	mu       sync.Mutex
	term     *term          // while leading
	leader   exchange.Lease // as last seen
	changed  chan struct{}  // closed and renewed whenever term or leader change
	markets  []exchange.Market
	resigned bool
	stepDown context.CancelFunc // ends the latest attempt to lead
	ended    chan struct{}      // closed when that attempt is over and its lease given back
}

// New makes a service that does nothing until Run.
func New(o Options) *Service {
	s := &Service{
		options: o, observer: o.Observer, forward: newForwarder(o.PeerKey), peers: newGate(o.PeerKey),
		changed: make(chan struct{}), wake: make(chan struct{}, 1), markets: o.Markets,
	}
	s.follower = newFollower(&s.options, s.Leading)
	return s
}

// Run follows the batches and competes for the lease until ctx ends. Call Resign
// first to hand over in order.
func (s *Service) Run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { s.follower.run(ctx, s.wake) })
	group.Go(func() { s.prune(ctx) })
	defer group.Wait()
	defer s.forward.close()
	trouble := complaint{log: s.options.Log, message: "not leading"}
	for ctx.Err() == nil {
		led, err := s.compete(ctx)
		trouble.note(ctx, err)
		if led {
			signal(s.wake) // whatever ended the term, try again at once
		}
		pause(ctx, s.wake, leaseReads, s.options.LeaseDuration/10)
	}
}

// leaseReads is the least time between two looks at the lease. Every batch wakes
// the replicas, and so does every command that finds no leader, but few of them
// change the lease.
const leaseReads = 10 * time.Millisecond

// pause waits until wake or for most, but not less than least.
func pause(ctx context.Context, wake <-chan struct{}, least, most time.Duration) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(least):
	}
	select {
	case <-ctx.Done():
	case <-wake:
	case <-time.After(most - least):
	}
}

// compete reads the lease and, if it is free, takes it and leads; led tells whether
// it came to that.
func (s *Service) compete(ctx context.Context) (led bool, err error) {
	readCtx, cancel := context.WithTimeout(ctx, s.options.LeaseDuration)
	defer cancel()
	lease, err := s.options.Journal.CurrentLease(readCtx)
	if err != nil {
		s.setLeader(exchange.Lease{}, nil)
		return false, fmt.Errorf("reading the lease: %w", err)
	}
	if lease.Held && lease.Holder != s.options.Holder {
		s.setLeader(lease, nil)
		s.observer.SetLease(false, lease.Epoch)
		return false, nil
	}
	attempt, end := s.attempt(ctx)
	if attempt == nil {
		s.setLeader(lease, nil)
		return false, nil
	}
	defer end()
	began := time.Now()
	lease, acquired, err := s.options.Journal.Acquire(readCtx, s.options.Holder, s.options.Address, s.options.LeaseDuration)
	if err != nil {
		s.setLeader(exchange.Lease{}, nil)
		return false, fmt.Errorf("acquiring the lease: %w", err)
	}
	s.setLeader(lease, nil)
	if !acquired {
		return false, nil
	}
	return s.lead(attempt, lease, began)
}

// attempt returns the context of an attempt to lead and what ends it, or nil once
// this replica has resigned. Resign cancels the context and waits for the end.
func (s *Service) attempt(ctx context.Context) (attempt context.Context, end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.resigned {
		return nil, nil
	}
	attempt, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	s.stepDown, s.ended = cancel, ended
	return attempt, func() {
		cancel()
		close(ended)
	}
}

// lead loads the state under a fresh lease and executes commands until the lease
// or the memory is lost, or ctx ends.
func (s *Service) lead(ctx context.Context, lease exchange.Lease, began time.Time) (led bool, err error) {
	t, err := s.load(ctx, lease, began)
	if ctx.Err() != nil {
		return false, s.release(lease)
	}
	if err != nil {
		return false, errors.Join(fmt.Errorf("loading the state: %w", err), s.release(lease))
	}
	s.align(ctx)
	s.setLeader(lease, t)
	s.observer.SetLease(true, lease.Epoch)
	t.countOpenOrders()
	s.observer.ObserveTakeover(time.Since(began))
	s.options.Log.Info("leading", "epoch", lease.Epoch, "seq", int64(t.state.Seq()), "took", time.Since(began).String())
	err = t.run(ctx)
	s.setLeader(exchange.Lease{}, nil)
	t.end()
	signal(s.follower.more)
	s.observer.SetLease(false, lease.Epoch)
	if errors.Is(err, exchange.ErrLeaseLost) {
		return true, err
	}
	return true, errors.Join(err, s.release(lease))
}

// align brings the view in step with the state, so that it has each batch when its
// commands are answered. That fails with the feed; the follower goes on trying.
func (s *Service) align(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, s.options.LeaseDuration/4)
	defer cancel()
	if err := s.follower.catchUp(ctx); err != nil && ctx.Err() == nil {
		s.options.Log.Warn("leading with a view that is behind", "error", err)
	}
}

// load reads the state, keeping the lease alive meanwhile.
func (s *Service) load(ctx context.Context, lease exchange.Lease, began time.Time) (*term, error) {
	o := &s.options
	t := &term{service: s, lease: lease, queue: make(chan *request, o.QueueLimit), sure: began.Add(o.LeaseDuration)}
	s.mu.Lock()
	t.markets = s.markets
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(o.LeaseDuration / 4):
				_ = o.Journal.Renew(ctx, lease, o.LeaseDuration) // losing it shows at the first commit
			}
		}
	})
	snapshot, err := o.Journal.Load(ctx)
	cancel()
	keeper.Wait()
	if err != nil {
		return nil, err
	}
	t.state, err = NewState(t.markets, snapshot)
	return t, err
}

func (s *Service) release(lease exchange.Lease) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.options.LeaseDuration)
	defer cancel()
	if err := s.options.Journal.Release(ctx, lease); err != nil && !errors.Is(err, exchange.ErrLeaseLost) {
		return fmt.Errorf("giving the lease back: %w", err)
	}
	return nil
}

// Resign gives the lease back after the last batch, for good: this replica only
// forwards from now on. It returns when the lease is free, or was never held.
func (s *Service) Resign(ctx context.Context) error {
	s.mu.Lock()
	s.resigned = true
	stepDown, ended := s.stepDown, s.ended
	s.mu.Unlock()
	if stepDown == nil {
		return nil
	}
	stepDown()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("resigning: %w", ctx.Err())
	}
}

// Leading reports whether this replica executes commands right now.
func (s *Service) Leading() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.term != nil
}

func (s *Service) setLeader(lease exchange.Lease, t *term) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.term != t || s.leader != lease {
		s.term, s.leader = t, lease
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

func (s *Service) prune(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.options.BatchRetention / 4):
		}
		if !s.Leading() {
			continue
		}
		before := s.options.Now().Add(-s.options.BatchRetention).UnixMilli()
		if err := s.options.Journal.Prune(ctx, exchange.Millis(before)); err != nil {
			s.options.Log.Warn("forgetting old batches", "error", err)
		}
	}
}
