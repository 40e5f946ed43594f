package stream

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/bitpin/exchange/src/internal/client"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/metrics"
)

// Options are what a Hub needs. Catalog, View, Accounts and Books are required.
type Options struct {
	Catalog  exchange.Catalog
	View     exchange.MarketView // has applied a batch before it is published here
	Accounts exchange.Accounts
	Books    exchange.Books
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: silent
	Metrics  *metrics.Stream  // nil: measured, but shown nowhere

	// ClientAddress tells who is at the other end, which only the edge knows if
	// there are proxies. nil: the peer's address.
	ClientAddress func(*http.Request) netip.Addr
	// ConnectionsPerAddress bounds the open connections of one address (of one /64
	// for IPv6). 0: 100.
	ConnectionsPerAddress int
}

func (o *Options) setDefaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = metrics.New("").Stream
	}
	if o.ClientAddress == nil {
		o.ClientAddress = func(r *http.Request) netip.Addr { return client.Address(r, nil) }
	}
	if o.ConnectionsPerAddress == 0 {
		o.ConnectionsPerAddress = defaultPerAddress
	}
}

// Hub distributes a replica's batches to WebSocket connections. It takes no
// connections before Start and none after Shutdown.
type Hub struct {
	options Options
	tuning  tuning
	inbox   inbox
	ctx     context.Context // ends with the hub
	stop    context.CancelFunc
	serving sync.WaitGroup // connections being served

	mu        sync.Mutex // guards all below, and each market, topic and subscription
	seq       exchange.Seq
	started   bool
	closing   bool
	markets   map[exchange.MarketID]*market
	topics    map[string]*topic
	tickerArr [2]*topic // !ticker@arr, !miniTicker@arr
	conns     map[*conn]struct{}
	addresses map[netip.Prefix]int
	accounts  map[exchange.AccountID]map[*subscription]struct{}
}

// NewHub makes a hub. Call Start once the view holds a snapshot.
func NewHub(options Options) *Hub {
	options.setDefaults()
	h := &Hub{
		options: options, tuning: defaultTuning(), inbox: newInbox(),
		markets: map[exchange.MarketID]*market{}, topics: map[string]*topic{},
		conns: map[*conn]struct{}{}, addresses: map[netip.Prefix]int{},
		accounts: map[exchange.AccountID]map[*subscription]struct{}{},
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	for i, name := range []string{"!ticker@arr", "!miniTicker@arr"} {
		h.tickerArr[i] = h.addTopic(name)
	}
	h.addMarkets()
	return h
}

// Start begins after seq, the sequence number of the snapshot from which the view
// starts: the first depth event's U is seq + 1. Called again, because batches were
// missed, it closes all connections: they must not take what follows for a
// continuation.
func (h *Hub) Start(seq exchange.Seq) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inbox.clear()
	h.restart(seq, "the stream was interrupted; connect again and take a new snapshot")
	if !h.started {
		h.started = true
		go h.run()
		go h.pollTickers()
	}
}

// restart begins anew after seq. The lock must be held.
func (h *Hub) restart(seq exchange.Seq, reason string) {
	h.seq = seq
	h.options.Metrics.SetSequence(int64(seq))
	for c := range h.conns {
		c.end(statusRestart, reason, dropQueue)
	}
	for _, m := range h.markets {
		m.reset(seq)
	}
}

// Publish takes the next committed batch, after the view has applied it. It returns
// at once, whatever the clients do. The batch must not be changed afterwards.
func (h *Hub) Publish(b *exchange.Batch) { h.inbox.put(b, h.tuning.backlog) }

// run is the one goroutine that turns batches into events.
func (h *Hub) run() {
	fast, slow := time.NewTicker(h.tuning.fast), time.NewTicker(h.tuning.slow)
	defer fast.Stop()
	defer slow.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-h.inbox.ready:
			h.locked(h.takeBatches)
		case <-fast.C:
			h.locked(h.tickFast)
		case <-slow.C:
			h.locked(h.tickSlow)
		}
	}
}

func (h *Hub) locked(step func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	step()
}

// takeBatches publishes what is in the inbox.
func (h *Hub) takeBatches() {
	batches, overrun := h.inbox.take()
	if overrun > h.seq {
		h.options.Log.Error("the streams fell too far behind the writer; all connections were closed", "sequence", int64(overrun))
		h.restart(overrun, "the stream fell behind; connect again and take a new snapshot")
	}
	for _, b := range batches {
		h.publish(b)
	}
}

func (h *Hub) publish(b *exchange.Batch) {
	if b.Last <= h.seq {
		return
	}
	h.seq = b.Last
	for i := range b.Trades {
		if m := h.market(b.Trades[i].Market); m != nil {
			m.publishTrade(&b.Trades[i])
		}
	}
	for _, change := range b.Levels {
		if m := h.market(change.Market); m != nil {
			m.change(change)
		}
	}
	for _, m := range h.markets {
		m.publishBest()
	}
	h.publishAccounts(b)
	h.options.Metrics.SetSequence(int64(b.Last))
}

func (h *Hub) tickFast() {
	for _, m := range h.markets {
		m.tickFast()
	}
}

func (h *Hub) tickSlow() {
	h.tickFast()
	for _, m := range h.markets {
		m.tickSlow()
	}
}

// now is the event time of what is sent.
func (h *Hub) now() exchange.Millis { return exchange.Millis(h.options.Now().UnixMilli()) }

// market finds a market's state; nil for a market that the catalog does not know.
func (h *Hub) market(id exchange.MarketID) *market {
	if m := h.markets[id]; m != nil {
		return m
	}
	h.addMarkets()
	return h.markets[id]
}
