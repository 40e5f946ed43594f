package trading_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

func lasting(d time.Duration) func(*trading.Options) {
	return func(o *trading.Options) { o.LeaseDuration = d }
}

func TestResignHandsOverAtOnce(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	eventually(t, "the second replica has its books", second.Ready)
	v.must(first.Resign(t.Context()))
	began := time.Now()
	eventually(t, "the second replica leads", second.Leading)
	if took := time.Since(began); took > lease/10/2 {
		t.Errorf("the takeover took %s; the second replica was not woken", took)
	}
	first.mustSubmit(deposit(alice, btc, "1")) // forwards from now on
	if first.Leading() {
		t.Error("the first replica leads again")
	}
	v.verify()
}

func TestResignIsForGood(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first", lasting(50*time.Millisecond)).lead()
	v.must(r.Resign(t.Context()))
	v.must(r.Resign(t.Context()))
	time.Sleep(100 * time.Millisecond) // it looks at the lease every 10 ms
	held, err := v.db.CurrentLease(t.Context())
	if err != nil || held.Held || r.Leading() {
		t.Errorf("the lease is %+v (%v)", held, err)
	}
}

func TestResignOfAFollowerIsNothing(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	v.must(second.Resign(t.Context()))
	if !first.Leading() {
		t.Error("the first replica does not lead any more")
	}
}

// slowJournal is a journal whose state takes long to load.
type slowJournal struct {
	exchange.Journal
	loading chan struct{}
}

func (j *slowJournal) Load(ctx context.Context) (exchange.Snapshot, error) {
	close(j.loading)
	<-ctx.Done()
	return exchange.Snapshot{}, ctx.Err()
}

func TestResignWhileTheStateIsLoading(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	loading := make(chan struct{})
	first := v.start("first", func(o *trading.Options) { o.Journal = &slowJournal{o.Journal, loading} })
	receive(t, loading)
	v.must(first.Resign(t.Context()))
	held, err := v.db.CurrentLease(t.Context())
	if err != nil || held.Held {
		t.Errorf("the lease is %+v (%v), want it free", held, err)
	}
}

func TestBatchUnderWayIsFinishedBeforeTheLeaseIsFree(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	reached, release := first.stopCommit()
	asked := first.ask(t.Context(), deposit(alice, btc, "1"))
	receive(t, reached)
	queued := first.ask(t.Context(), deposit(alice, btc, "2"))
	resigned := make(chan error, 1)
	go func() { resigned <- first.Resign(context.Background()) }()
	select {
	case err := <-resigned:
		t.Fatalf("resigned with a commit under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	release()
	wantCode(t, await(t, asked).err, "")
	wantCode(t, await(t, queued).err, "") // by whoever leads then
	if err := <-resigned; err != nil {
		t.Error(err)
	}
	eventually(t, "the second replica leads", second.Leading)
	if got := v.balance(alice, btc); got != amount("13") {
		t.Errorf("alice has %s BTC", got)
	}
	v.verify()
}

func TestHandoversUnderLoadLoseNothing(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	replicas := []*replica{v.start("first").lead(), v.start("second"), v.start("third"), v.start("fourth")}
	entry := replicas[3] // never resigns
	var made atomic.Int64
	stop, done := make(chan struct{}), make(chan error, 8)
	for client := range 8 {
		go func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				order := limit(accountOf(client), sideOf(i), "0.1", "100", named(fmt.Sprintf("c%d-%d", client, i)))
				order.Order.TimeInForce = exchange.IOC
				if _, err := entry.submit(order); err != nil {
					done <- fmt.Errorf("client %d, order %d: %w", client, i, err)
					return
				}
				made.Add(1)
			}
		}()
	}
	for _, r := range replicas[:3] {
		before := made.Load()
		eventually(t, "orders are executed", func() bool { return made.Load() > before+50 })
		v.must(r.Resign(t.Context()))
	}
	before := made.Load()
	eventually(t, "orders are executed", func() bool { return made.Load() > before+50 })
	close(stop)
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	snapshot, err := v.db.Snapshot(t.Context())
	v.must(err)
	if want := exchange.Seq(9 + made.Load()); snapshot.Seq != want {
		t.Errorf("%d commands are stored, %d were acknowledged", snapshot.Seq, want)
	}
	v.verify()
}

func TestExpiredLeaseIsTakenOver(t *testing.T) {
	t.Parallel()
	const short = 300 * time.Millisecond
	v := newVenue(t)
	first := v.start("first", lasting(short)).lead()
	second := v.start("second", lasting(short))
	acknowledged := first.mustSubmit(limit(alice, buy, "1", "100", named("kept")))
	eventually(t, "the second replica has its books", second.Ready)
	first.kill()
	began := time.Now()
	outcome := second.mustSubmit(cancel(alice, btcUSDT, byClientID("kept")))
	if took := time.Since(began); took > patience/2 {
		t.Errorf("the takeover took %s", took)
	}
	if outcome.Orders[0].ID != acknowledged.Orders[0].ID || outcome.Seq != acknowledged.Seq+1 {
		t.Errorf("the new writer answered %+v after %+v", outcome, acknowledged)
	}
	v.verify()
}

// A replica that was cut off and comes back does not know that another one leads.
// What it has in memory is worth nothing then.
func TestFormerLeaderAnswersNothingOfItsOwn(t *testing.T) {
	t.Parallel()
	const short = 300 * time.Millisecond
	v := newVenue(t)
	first := v.start("first", lasting(short)).lead()
	second := v.start("second", lasting(short))
	eventually(t, "the second replica has its books", second.Ready)
	first.link.Hold()
	eventually(t, "the second replica leads", second.Leading)
	second.mustSubmit(limit(alice, buy, "1", "100", named("new")))

	refusal := first.ask(t.Context(), cancel(alice, btcUSDT, byClientID("new"))) // unknown to the first replica
	change := first.ask(t.Context(), deposit(alice, btc, "1"))
	select {
	case a := <-refusal:
		t.Errorf("the former leader answered (%v)", a.err)
	case a := <-change:
		t.Errorf("the former leader answered (%v)", a.err)
	case <-time.After(2 * short):
	}
	first.link.Pass()
	wantCode(t, await(t, refusal).err, "")
	wantCode(t, await(t, change).err, "")
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
	v.verify()
}

func TestCommandWaitsForALeader(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	v.must(first.Resign(t.Context()))
	asked := first.ask(t.Context(), deposit(alice, btc, "1"))
	select {
	case a := <-asked:
		t.Fatalf("answered without a leader: %v", a.err)
	case <-time.After(50 * time.Millisecond):
	}
	v.start("second")
	wantCode(t, await(t, asked).err, "")
}

func TestCommandIsUnavailableWhenNobodyLeadsInTime(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first", func(o *trading.Options) { o.CommandTimeout = 300 * time.Millisecond }).lead()
	v.must(first.Resign(t.Context()))
	_, err := first.submit(deposit(alice, btc, "1"))
	wantCode(t, err, exchange.CodeUnavailable)
	v.start("second")
	eventually(t, "the second replica leads", func() bool {
		held, err := v.db.CurrentLease(t.Context())
		return err == nil && held.Held && held.Holder == "second"
	})
	if got := v.balance(alice, btc); got != amount("10") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestWriterSurvivesAnOutageOfTheDatabase(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first", lasting(300*time.Millisecond)).lead()
	r.link.Cut()
	eventually(t, "the writer steps down", func() bool { return !r.Leading() })
	asked := r.ask(t.Context(), deposit(alice, btc, "1"))
	time.Sleep(100 * time.Millisecond) // it tries several times meanwhile
	r.link.Mend()
	wantCode(t, await(t, asked).err, "")
	if got := strings.Count(r.log.String(), "not leading"); got > 10 {
		t.Errorf("one outage was logged %d times:\n%s", got, r.log)
	}
	eventually(t, "the follower follows again", func() bool {
		viewed, _, _ := r.audience.state()
		return viewed == 10
	})
	v.verify()
}

func TestMarketsThatAreAddedAreTraded(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first", func(o *trading.Options) { o.Markets = markets[:2] }).lead()
	second := v.start("second")
	_, err := second.submit(limit(alice, buy, "1", "1", on(ethBTC), named("early")))
	wantCode(t, err, exchange.CodeUnavailable)
	kept := first.mustSubmit(limit(alice, buy, "1", "100", named("kept")))
	first.SetMarkets(markets)
	eventually(t, "the market is traded", func() bool {
		_, err := second.submit(limit(alice, buy, "1", "1", on(ethBTC), named("new")))
		return err == nil
	})
	canceled := second.mustSubmit(cancel(alice, btcUSDT, byClientID("kept")))
	if canceled.Orders[0].ID != kept.Orders[0].ID {
		t.Errorf("cancelled %+v", canceled.Orders)
	}
	v.verify()
}
