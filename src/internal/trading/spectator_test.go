package trading_test

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// audience is who a replica hands its batches to: the view and the publisher.
type audience struct {
	mu        sync.Mutex
	resets    int
	viewed    exchange.Seq // what the view has
	published exchange.Seq // what the publisher has
	levels    map[level]exchange.Amount
	problem   error // the first batch that did not follow the one before
}

func (a *audience) reset(s exchange.BookSnapshot) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.resets++
	a.viewed, a.published, a.levels = s.Seq, s.Seq, map[level]exchange.Amount{}
	for _, l := range s.Levels {
		a.levels[level{l.Market, l.Side, l.Price}] = l.Quantity
	}
}

func (a *audience) apply(b *exchange.Batch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.follow(&a.viewed, b, "viewed")
	for _, l := range b.Levels {
		a.levels[level{l.Market, l.Side, l.Price}] = l.Quantity
		if l.Quantity == 0 {
			delete(a.levels, level{l.Market, l.Side, l.Price})
		}
	}
}

func (a *audience) publish(b *exchange.Batch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.follow(&a.published, b, "published")
	if a.viewed < b.Last && a.problem == nil {
		a.problem = fmt.Errorf("batch %d was published before it was viewed", b.ID)
	}
}

func (a *audience) follow(seq *exchange.Seq, b *exchange.Batch, what string) {
	if (b.First != *seq+1 || b.Last < b.First || b.ID != b.Last) && a.problem == nil {
		a.problem = fmt.Errorf("batch %d, of commands %d to %d, was %s after command %d", b.ID, b.First, b.Last, what, *seq)
	}
	*seq = b.Last
}

func (a *audience) state() (viewed, published exchange.Seq, problem error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.viewed, a.published, a.problem
}

// book returns a copy of the levels seen.
func (a *audience) book() map[level]exchange.Amount {
	a.mu.Lock()
	defer a.mu.Unlock()
	levels := map[level]exchange.Amount{}
	for k, v := range a.levels {
		levels[k] = v
	}
	return levels
}

// observer keeps what a replica reported.
type observer struct {
	mu       sync.Mutex
	batches  []int
	results  map[string]int // "place accepted"
	trades   int
	holder   bool
	epoch    int64
	open     map[string]int
	takeover []time.Duration
}

func newObserver() *observer { return &observer{results: map[string]int{}, open: map[string]int{}} }

func (o *observer) do(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
}

func (o *observer) ObserveBatch(commands int, _ time.Duration) {
	o.do(func() { o.batches = append(o.batches, commands) })
}
func (o *observer) ObserveQueue(int) {}
func (o *observer) ObserveTakeover(d time.Duration) {
	o.do(func() { o.takeover = append(o.takeover, d) })
}
func (o *observer) CountCommand(kind, result string)   { o.do(func() { o.results[kind+" "+result]++ }) }
func (o *observer) CountTrades(_ string, n int)        { o.do(func() { o.trades += n }) }
func (o *observer) SetOpenOrders(market string, n int) { o.do(func() { o.open[market] = n }) }
func (o *observer) SetLease(holder bool, epoch int64) {
	o.do(func() { o.holder, o.epoch = holder, epoch })
}

// logBuffer keeps a log.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
