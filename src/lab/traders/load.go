package traders

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
)

const (
	patience = time.Minute
	keptOf   = 100 // errors of each verdict
)

// Account is an account of the exchange and an API key of it.
type Account struct{ Name, Key, Secret string }

// Options say who trades where, and how the outcome is known.
type Options struct {
	Name        string       // of this load: unlike all others in the database; a-z, 0-9 and "-", 20 bytes at most
	URLs        []string     // of replicas, or of what is in front of them; used in turn
	HTTP        *http.Client // as usual if nil
	Accounts    []Account    // that trade, with BTC and USDT
	Operator    Account      // may open accounts and credit deposits
	DatabaseURL string       // of the exchange's database
	Verify      func() (report string, err error)

	Traders int           // 12 if 0
	Pace    time.Duration // from an order of a trader to its next one, at least; 10 ms if 0
	Resting int           // orders that a trader leaves in the book; older ones it cancels. 1000 if 0
}

// Load is traders that send orders, and a cashier that books deposits, until Stop.
type Load struct {
	Options
	t       *testing.T
	unready []atomic.Bool // by URL; see Balance
	cashier *cashier
	cancel  context.CancelFunc
	group   sync.WaitGroup

	mu         sync.Mutex
	orders     []*order
	verdicts   map[Verdict]int
	failures   map[Verdict][]error // the first few that were not executed or are unknown
	problems   []error             // answers that no client should get
	marked     time.Time
	firstAfter time.Time // the first acknowledgement of a request sent after marked
	lastAck    time.Time // or marked, if that was later
	silence    time.Duration
	acks       int
}

// Start begins to send. It ends with the test at the latest.
func Start(t *testing.T, o Options) *Load {
	t.Helper()
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
	}
	if o.Traders == 0 {
		o.Traders = 12
	}
	if o.Pace == 0 {
		o.Pace = 10 * time.Millisecond
	}
	if o.Resting == 0 {
		o.Resting = 1000
	}
	if plain, ok := o.HTTP.Transport.(*http.Transport); ok {
		plain.MaxIdleConnsPerHost = o.Traders + 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &Load{
		lastAck: time.Now(),
		Options: o, t: t, unready: make([]atomic.Bool, len(o.URLs)), cancel: cancel,
		verdicts: map[Verdict]int{}, failures: map[Verdict][]error{},
	}
	l.cashier = newCashier(t, l)
	l.group.Go(func() { l.cashier.work(ctx) })
	for n := range o.Traders {
		tr := &trader{load: l, name: fmt.Sprintf("%st%d", o.Name, n), account: o.Accounts[n%len(o.Accounts)], next: n, random: rand.New(rand.NewPCG(uint64(n), 7))} //nolint:gosec // the same each time
		for _, url := range o.URLs {
			c := binance.NewClient(tr.account.Key, tr.account.Secret).SetApiEndpoint(url)
			c.HTTPClient = o.HTTP
			tr.clients = append(tr.clients, c)
		}
		l.group.Go(func() { tr.trade(ctx) })
	}
	t.Cleanup(l.Stop)
	return l
}

// Balance has traders avoid URLs that are not ready, as load balancers do. Until then
// they find that out by themselves.
func (l *Load) Balance(ready func(url int) bool) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for i := range l.URLs {
		group.Go(func() {
			for ctx.Err() == nil {
				l.unready[i].Store(!ready(i))
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	l.t.Cleanup(func() {
		cancel()
		group.Wait()
	})
}

// Stop ends the traders; requests under way are finished.
func (l *Load) Stop() {
	l.cancel()
	l.group.Wait()
}

// Mark begins the wait for an acknowledgement of what is sent from now on.
func (l *Load) Mark() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marked, l.firstAfter = time.Now(), time.Time{}
	l.lastAck, l.silence = l.marked, 0
}

// Silence returns the longest time since the mark in which nothing was acknowledged,
// until the latest acknowledgement.
func (l *Load) Silence() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silence
}

// AwaitAck returns how long after the mark the first acknowledgement came.
func (l *Load) AwaitAck() time.Duration {
	l.t.Helper()
	var after time.Duration
	l.eventually("an order is acknowledged", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		after = l.firstAfter.Sub(l.marked)
		return !l.firstAfter.IsZero()
	})
	return after
}

// AwaitAcks waits for more acknowledgements.
func (l *Load) AwaitAcks(n int) {
	l.t.Helper()
	count := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.acks
	}
	enough := count() + n
	l.eventually(fmt.Sprintf("%d more orders are acknowledged", n), func() bool { return count() >= enough })
}

// Failures returns errors of requests with a verdict, NotExecuted or Unknown: all, or
// the first hundred.
func (l *Load) Failures(v Verdict) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]error(nil), l.failures[v]...)
}

// problem notes an answer that no client should get.
func (l *Load) problem(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, err)
}

// note counts what became of a request.
func (l *Load) note(sent time.Time, err error) Verdict {
	v := judge(err)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.verdicts[v]++
	switch v {
	case Acknowledged:
		now := time.Now()
		l.acks++
		l.silence, l.lastAck = max(l.silence, now.Sub(l.lastAck)), now
		if l.firstAfter.IsZero() && sent.After(l.marked) {
			l.firstAfter = now
		}
	case Refused:
		if surprising(err) {
			l.problems = append(l.problems, err)
		}
	case NotExecuted, Unknown:
		if len(l.failures[v]) < keptOf {
			l.failures[v] = append(l.failures[v], fmt.Errorf("at %s: %w", time.Now().Format("15:04:05.000"), err))
		}
	}
	return v
}

func (l *Load) eventually(what string, done func() bool) {
	l.t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			l.t.Fatalf("after %s, not yet: %s; the traders' last failures: %v, %v", patience, what, last(l.Failures(NotExecuted)), last(l.Failures(Unknown)))
		}
	}
}

func last(errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	return errs[len(errs)-1]
}
