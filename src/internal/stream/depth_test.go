package stream_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

type depthUpdate struct {
	Event string               `json:"e"`
	Time  int64                `json:"E"` // or Go would read it into Event
	U     exchange.Seq         `json:"U"`
	Last  exchange.Seq         `json:"u"`
	Bids  [][2]exchange.Amount `json:"b"`
	Asks  [][2]exchange.Amount `json:"a"`
}

// localBook is a client's book, kept as Binance's documentation says.
type localBook struct {
	bids, asks map[exchange.Amount]exchange.Amount
	last       exchange.Seq // of the last event; 0 before the first
	snapshot   exchange.Seq
}

func newLocalBook(d exchange.Depth) *localBook {
	b := &localBook{bids: map[exchange.Amount]exchange.Amount{}, asks: map[exchange.Amount]exchange.Amount{}, snapshot: d.LastUpdateID}
	for _, l := range d.Bids {
		b.bids[l.Price] = l.Quantity
	}
	for _, l := range d.Asks {
		b.asks[l.Price] = l.Quantity
	}
	return b
}

// apply reports whether the event fits without a gap.
func (b *localBook) apply(e depthUpdate) bool {
	switch {
	case b.last != 0 && e.U != b.last+1, e.Last < e.U:
		return false
	case e.Last <= b.snapshot:
		b.last = e.Last
		return true
	case e.U > b.snapshot+1 && b.last == 0:
		return false
	}
	b.last = e.Last
	set := func(side map[exchange.Amount]exchange.Amount, levels [][2]exchange.Amount) {
		for _, l := range levels {
			side[l[0]] = l[1]
			if l[1] == 0 {
				delete(side, l[0])
			}
		}
	}
	set(b.bids, e.Bids)
	set(b.asks, e.Asks)
	return true
}

// top returns the best levels, as Depth does.
func (b *localBook) top(limit int) exchange.Depth {
	side := func(levels map[exchange.Amount]exchange.Amount, falling bool) []exchange.Level {
		prices := slices.Sorted(maps.Keys(levels))
		if falling {
			slices.Reverse(prices)
		}
		out := []exchange.Level{}
		for _, p := range prices[:min(limit, len(prices))] {
			out = append(out, exchange.Level{Price: p, Quantity: levels[p]})
		}
		return out
	}
	return exchange.Depth{LastUpdateID: b.last, Bids: side(b.bids, true), Asks: side(b.asks, false)}
}

// record remembers the books after each batch.
type record struct {
	mu     sync.Mutex
	depths map[exchange.Seq]exchange.Depth
	final  exchange.Seq // 0 while batches are still coming
}

func (r *record) at(seq exchange.Seq) (exchange.Depth, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, known := r.depths[seq]
	return d, known
}

// Clients come at random times, take a snapshot at random times, and must have the
// exchange's own book after each event, to the last.
func TestSnapshotAndDiffsEqualTheBook(t *testing.T) {
	t.Parallel()
	const batches, clients = 2000, 24
	b := setup(t)
	m := newMarket(1, b.view)
	r := &record{depths: map[exchange.Seq]exchange.Depth{}}
	paths := []string{
		"/ws/btcusdt@depth@100ms", "/ws/btcusdt@depth", "/ws/btcusdt@depth@1000ms", "/ws/btcusdt@depth@100ms/btcusdt@trade",
		"/stream?streams=btcusdt@depth@100ms/ethusdt@depth@100ms", "/stream?streams=btcusdt@depth",
	}
	var group sync.WaitGroup
	for i := range clients {
		random := rand.New(rand.NewPCG(7, uint64(i)))
		group.Go(func() {
			time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond)
			followBook(b, r, paths[i%len(paths)], time.Duration(random.IntN(30))*time.Millisecond)
		})
	}
	for range batches {
		batch := m.next()
		r.mu.Lock()
		b.publish(batch)
		r.depths[batch.Last] = b.view.Depth(btcusdt, 10)
		r.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	r.mu.Lock()
	r.final = b.view.Seq()
	r.mu.Unlock()
	// Clients that wait for a first event after the end would wait for ever.
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	for {
		select {
		case <-done:
			return
		case <-time.After(5 * time.Millisecond):
			batch := m.next()
			r.mu.Lock()
			b.publish(batch)
			r.depths[batch.Last] = b.view.Depth(btcusdt, 10)
			r.mu.Unlock()
		}
	}
}

// followBook keeps a local book until the record is complete.
func followBook(b *bench, r *record, path string, pause time.Duration) {
	c := b.dial(path)
	time.Sleep(pause) // events are waiting before the snapshot is taken
	book := newLocalBook(b.view.Depth(btcusdt, 5000))
	for events := 0; ; {
		stream, kind, raw := c.event()
		if kind != "depthUpdate" || strings.HasPrefix(stream, "ethusdt") {
			continue
		}
		update := decode[depthUpdate](c.t, raw)
		before := book.last
		if !book.apply(update) {
			b.t.Errorf("%s: gap: snapshot %d, last event %d, next %d to %d", path, book.snapshot, before, update.U, update.Last)
			return
		}
		events++
		want, known := r.at(book.last)
		if !known {
			b.t.Errorf("%s: no batch ends at %d", path, book.last)
			return
		}
		if book.last < book.snapshot {
			continue
		}
		if diff := cmp.Diff(want, book.top(10)); diff != "" {
			b.t.Errorf("%s at %d: %s", path, book.last, diff)
			return
		}
		r.mu.Lock()
		final := r.final
		r.mu.Unlock()
		if final != 0 && book.last >= final && events >= 5 {
			return
		}
	}
}

func TestFirstDepthEventBeginsAfterTheStart(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.view.Reset(41, nil, nil)
	b.hub.Start(41)
	c := b.dial("/ws/btcusdt@depth")
	level := exchange.LevelChange{Market: btcusdt, Side: exchange.Buy, Price: amount("10"), Quantity: amount("1")}
	b.publish(&exchange.Batch{First: 42, Last: 44, Levels: []exchange.LevelChange{level}})
	if e := next[depthUpdate](c); e.U != 42 || e.Last != 44 {
		t.Errorf("U %d, u %d, want 42 and 44", e.U, e.Last)
	}
	level.Quantity = 0
	b.publish(&exchange.Batch{First: 50, Last: 51, Levels: []exchange.LevelChange{level}})
	const want = `"U":45,"u":51,"b":[["10.00000000","0.00000000"]],"a":[]}`
	if got := string(c.read()); got[len(got)-len(want):] != want {
		t.Errorf("got %s, want …%s", got, want)
	}
}

func TestPartialDepthBeginsWithTheBookAndFollowsIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var levels []exchange.LevelChange
	for i := range exchange.Amount(30) {
		levels = append(levels,
			exchange.LevelChange{Market: btcusdt, Side: exchange.Buy, Price: 1000 - i, Quantity: 1 + i},
			exchange.LevelChange{Market: btcusdt, Side: exchange.Sell, Price: 1001 + i, Quantity: 1 + i})
	}
	b.publish(&exchange.Batch{First: 1, Last: 1, Levels: levels})
	b.eventually("the batch is published", func() bool { return b.metric("exchange_stream_sequence") == "1" })
	for path, want := range map[string]int{"depth5": 5, "depth10@100ms": 10, "depth20": 20, "depth20@1000ms": 20} {
		time.Sleep(60 * time.Millisecond) // no change is waiting to be sent
		c := b.dial("/ws/btcusdt@" + path)
		type partial struct {
			LastUpdateID exchange.Seq         `json:"lastUpdateId"`
			Bids         [][2]exchange.Amount `json:"bids"`
			Asks         [][2]exchange.Amount `json:"asks"`
		}
		d := next[partial](c)
		if len(d.Bids) != want || len(d.Asks) != want || d.Bids[0] != [2]exchange.Amount{1000, 1} || d.Asks[0] != [2]exchange.Amount{1001, 1} {
			t.Errorf("%s: %+v", path, d)
		}
		seq := b.view.Seq() + 1
		b.publish(&exchange.Batch{First: seq, Last: seq, Levels: []exchange.LevelChange{{Market: btcusdt, Side: exchange.Buy, Price: 1000, Quantity: exchange.Amount(seq)}}})
		d = until(c, func(d partial) bool { return d.LastUpdateID == seq })
		if d.Bids[0][1] != exchange.Amount(seq) {
			t.Errorf("%s: the change is missing: %+v", path, d)
		}
		b.publish(&exchange.Batch{First: seq + 1, Last: seq + 1, Levels: []exchange.LevelChange{{Market: btcusdt, Side: exchange.Buy, Price: 1000, Quantity: 1}}})
	}
}

func TestBookTickerIsSentWhenTheBestChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.dial("/ws/btcusdt@bookTicker")
	if got, want := string(c.read()), `{"u":0,"s":"BTCUSDT","b":"0.00000000","B":"0.00000000","a":"0.00000000","A":"0.00000000"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	bid := func(price string, quantity string) []exchange.LevelChange {
		return []exchange.LevelChange{{Market: btcusdt, Side: exchange.Buy, Price: amount(price), Quantity: amount(quantity)}}
	}
	b.publish(&exchange.Batch{First: 1, Last: 1, Levels: bid("100", "2")})
	if got, want := string(c.read()), `{"u":1,"s":"BTCUSDT","b":"100.00000000","B":"2.00000000","a":"0.00000000","A":"0.00000000"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.publish(&exchange.Batch{First: 2, Last: 2, Levels: bid("99", "7")}) // behind the best
	b.publish(&exchange.Batch{First: 3, Last: 3, Levels: bid("100", "1")})
	if got, want := string(c.read()), `{"u":3,"s":"BTCUSDT","b":"100.00000000","B":"1.00000000","a":"0.00000000","A":"0.00000000"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
