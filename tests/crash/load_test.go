package crash_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"

	"github.com/bitpin/exchange/src/lab/exchangetest"
)

const (
	traders  = 12
	pace     = 10 * time.Millisecond // of one trader, at most
	patience = time.Minute
)

// verdict is what a client knows of its request.
type verdict int

const (
	acknowledged verdict = iota
	refused              // it was executed by nobody, and would not be
	notExecuted          // it was executed by nobody; the client may send it again
	unknown
)

var verdicts = []string{"acknowledged", "refused", "not executed", "unknown"}

func (v verdict) String() string { return verdicts[v] }

// judge turns what a call returned into what the client knows.
func judge(err error) verdict {
	var answer *common.APIError
	switch {
	case err == nil:
		return acknowledged
	case errors.Is(err, syscall.ECONNREFUSED):
		return notExecuted
	case !errors.As(err, &answer), answer.Code == -1007, answer.Code == -1000:
		return unknown
	case answer.Code == -1001:
		return notExecuted
	}
	return refused
}

// order is an order that a trader sent, perhaps several times, and its cancellation.
type order struct {
	account  string
	clientID string
	side     binance.SideType
	price    string
	quantity string
	verdict  verdict
	placed   *binance.CreateOrderResponse // if acknowledged
	canceled *binance.CancelOrderResponse // if that was acknowledged
}

// load is traders that send orders to replicas, and a cashier, until stop.
type load struct {
	t        *testing.T
	replicas []*exchangetest.Replica
	unready  []atomic.Bool // by replica; see balance
	http     *http.Client
	cashier  *cashier
	cancel   context.CancelFunc
	group    sync.WaitGroup

	mu         sync.Mutex
	orders     []order
	verdicts   map[verdict]int
	unknowns   []error // why outcomes are unknown
	problems   []error // answers that no client should get
	marked     time.Time
	firstAfter time.Time // the first acknowledgement of a request sent after marked
	acks       int
}

// startLoad has traders of three accounts send orders in turn to all replicas.
func startLoad(t *testing.T, e *exchangetest.Exchange, replicas ...*exchangetest.Replica) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &load{t: t, replicas: replicas, unready: make([]atomic.Bool, len(replicas)), cancel: cancel, verdicts: map[verdict]int{}}
	l.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: traders + 1}, Timeout: 20 * time.Second}
	l.cashier = newCashier(t, l, e)
	l.group.Go(func() { l.cashier.work(ctx) })
	for n := range traders {
		account := []string{"ALICE", "BOB", "MAKER"}[n%3]
		tr := &trader{load: l, name: fmt.Sprintf("t%d", n), account: account, next: n, random: rand.New(rand.NewPCG(uint64(n), 7))}
		for _, r := range replicas {
			c := binance.NewClient(e.Demo[account+"_API_KEY"], e.Demo[account+"_API_SECRET"]).SetApiEndpoint(r.URL)
			c.HTTPClient = l.http
			tr.clients = append(tr.clients, c)
		}
		l.group.Go(func() { tr.trade(ctx) })
	}
	t.Cleanup(l.stop)
	return l
}

// balance has traders avoid replicas that are not ready, as load balancers do. Until
// then they find that out by themselves.
func (l *load) balance() {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for i, r := range l.replicas {
		group.Go(func() {
			for ctx.Err() == nil {
				l.unready[i].Store(!r.Ready())
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	l.t.Cleanup(func() {
		cancel()
		group.Wait()
	})
}

// stop ends the traders; requests under way are finished.
func (l *load) stop() {
	l.cancel()
	l.group.Wait()
}

// mark begins the wait for an acknowledgement of what is sent from now on.
func (l *load) mark() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marked, l.firstAfter = time.Now(), time.Time{}
}

// awaitAck returns how long after the mark the first acknowledgement came.
func (l *load) awaitAck() time.Duration {
	l.t.Helper()
	var after time.Duration
	eventually(l.t, "an order is acknowledged", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		after = l.firstAfter.Sub(l.marked)
		return !l.firstAfter.IsZero()
	})
	return after
}

// awaitAcks waits for more acknowledgements.
func (l *load) awaitAcks(n int) {
	l.t.Helper()
	count := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.acks
	}
	enough := count() + n
	eventually(l.t, fmt.Sprintf("%d more orders are acknowledged", n), func() bool { return count() >= enough })
}

// problem notes an answer that no client should get.
func (l *load) problem(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, err)
}

// note counts what became of a request.
func (l *load) note(sent time.Time, err error) verdict {
	v := judge(err)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.verdicts[v]++
	if v == acknowledged {
		l.acks++
		if l.firstAfter.IsZero() && sent.After(l.marked) {
			l.firstAfter = time.Now()
		}
	}
	if v == unknown {
		l.unknowns = append(l.unknowns, err)
	}
	var answer *common.APIError
	if v == refused && errors.As(err, &answer) && answer.Code != -2010 && answer.Code != -2011 {
		l.problems = append(l.problems, err)
	}
	return v
}

// trader sends one order after the other.
type trader struct {
	load    *load
	name    string
	account string
	clients []*binance.Client // one for each replica
	next    int               // the replica to send to
	random  *rand.Rand
}

func (t *trader) trade(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		o := order{
			account: t.account, clientID: fmt.Sprintf("%s-%d", t.name, n),
			side:     []binance.SideType{binance.SideTypeBuy, binance.SideTypeSell}[t.random.IntN(2)],
			price:    fmt.Sprint(59990 + t.random.IntN(21)), // most meet an order of another trader
			quantity: fmt.Sprintf("0.00%d", 1+t.random.IntN(5)),
		}
		began := time.Now()
		t.place(ctx, &o)
		if o.verdict == acknowledged && o.placed.Status != binance.OrderStatusTypeFilled && t.random.IntN(2) == 0 {
			t.cancel(&o)
		}
		t.load.mu.Lock()
		t.load.orders = append(t.load.orders, o)
		t.load.mu.Unlock()
		time.Sleep(pace - time.Since(began))
	}
}

// place sends an order, and again while it was certainly not executed.
func (t *trader) place(ctx context.Context, o *order) {
	for {
		sent := time.Now()
		placed, err := t.client().NewCreateOrderService().Symbol("BTCUSDT").Side(o.side).Type(binance.OrderTypeLimit).
			TimeInForce(binance.TimeInForceTypeGTC).Price(o.price).Quantity(o.quantity).NewClientOrderID(o.clientID).
			Do(context.Background())
		o.placed, o.verdict = placed, t.load.note(sent, err)
		if o.verdict == acknowledged {
			return
		}
		t.next++
		if o.verdict != notExecuted || ctx.Err() != nil {
			return
		}
		time.Sleep(pace)
	}
}

func (t *trader) cancel(o *order) {
	sent := time.Now()
	canceled, err := t.client().NewCancelOrderService().Symbol("BTCUSDT").OrderID(o.placed.OrderID).Do(context.Background())
	if t.load.note(sent, err) == acknowledged {
		o.canceled = canceled
	}
}

func (t *trader) client() *binance.Client {
	for range t.clients {
		if !t.load.unready[t.next%len(t.clients)].Load() {
			break
		}
		t.next++
	}
	return t.clients[t.next%len(t.clients)]
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %s, not yet: %s", patience, what)
		}
	}
}
