package trading_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

func TestAnswerIsDurableAndInTheView(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	for i := range 20 {
		outcome := r.mustSubmit(limit(alice, buy, "1", "100", named(fmt.Sprint("order-", i))))
		if viewed, _, _ := r.audience.state(); viewed < outcome.Seq {
			t.Fatalf("command %d was answered when the view had %d", outcome.Seq, viewed)
		}
		stored, err := v.db.Order(t.Context(), alice, btcUSDT, exchange.OrderRef{ID: outcome.Orders[0].ID})
		if err != nil || stored != outcome.Orders[0] {
			t.Fatalf("stored %+v (%v), answered %+v", stored, err, outcome.Orders[0])
		}
	}
	v.verify()
}

func TestCommandsThatArriveTogetherShareACommit(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first", func(o *trading.Options) { o.BatchMaxDelay = 50 * time.Millisecond; o.BatchMaxCommands = 10 }).lead()
	var answers []<-chan answer
	for i := range 20 {
		answers = append(answers, r.ask(t.Context(), limit(alice, buy, "0.1", "100", named(fmt.Sprint("order-", i)))))
	}
	for _, a := range answers {
		wantCode(t, await(t, a).err, "")
	}
	largest := 0
	r.observer.do(func() {
		for _, n := range r.observer.batches {
			largest = max(largest, n)
		}
	})
	if largest < 2 || largest > 10 {
		t.Errorf("the largest batch has %d commands; at most 10 may wait 50 ms for each other", largest)
	}
	v.verify()
}

func TestRefusalsAreAnsweredAndCounted(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	_, err := r.submit(cancel(alice, btcUSDT, byClientID("unknown")))
	wantCode(t, err, exchange.CodeUnknownOrder)
	_, err = r.submit(deposit(4711, btc, "1"))
	wantCode(t, err, exchange.CodeNotFound)
	eventually(t, "the commands are counted", func() (counted bool) {
		r.observer.do(func() {
			counted = r.observer.results["cancel unknown_order"] == 1 && r.observer.results["deposit not_found"] == 1 &&
				r.observer.results["deposit accepted"] == 9
		})
		return counted
	})
}

func TestFollowerForwards(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	v.start("first").lead()
	second := v.start("second")
	sell := second.mustSubmit(limit(bob, sell, "1", "100", named("ask")))
	buy := second.mustSubmit(limit(alice, buy, "1", "100", named("bid")))
	if len(buy.Trades) != 1 || buy.Trades[0].MakerOrder != sell.Orders[0].ID || buy.Orders[0].Status != exchange.StatusFilled {
		t.Errorf("the forwarded order was answered %+v", buy)
	}
	_, err := second.submit(cancel(alice, btcUSDT, byClientID("bid")))
	wantCode(t, err, exchange.CodeUnknownOrder)
	if second.Leading() {
		t.Error("both replicas lead")
	}
	v.verify()
}

func TestFollowersSeeEveryBatchInOrder(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	var last exchange.Outcome
	for i := range 100 {
		replica := []*replica{first, second}[i%2]
		last = replica.mustSubmit(limit(accountOf(i), sideOf(i), "0.1", fmt.Sprint(100+i%7), named(fmt.Sprint("order-", i))))
	}
	third := v.start("third")
	for _, r := range []*replica{first, second, third} {
		eventually(t, "the replica has published the last batch", func() bool {
			_, published, _ := r.audience.state()
			return published == last.Seq
		})
		if _, _, problem := r.audience.state(); problem != nil {
			t.Error(problem)
		}
		if !maps.Equal(r.audience.book(), first.audience.book()) {
			t.Errorf("the books differ:\n%v\n%v", r.audience.book(), first.audience.book())
		}
	}
}

func accountOf(i int) exchange.AccountID { return alice + exchange.AccountID(i%3) }

func sideOf(i int) exchange.Side { return buy + exchange.Side(i/3%2) }

func TestFollowerThatFellBehindStartsAnew(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first", func(o *trading.Options) { o.BatchRetention = 40 * time.Millisecond }).lead()
	second := v.start("second")
	eventually(t, "the second replica has its books", second.Ready)
	second.link.Cut()
	first.mustSubmit(limit(alice, buy, "1", "100", named("missed")))
	eventually(t, "the missed batch is forgotten", func() bool {
		first.mustSubmit(deposit(bob, btc, "1"))
		batches, err := v.db.Batches(t.Context(), 9, 1)
		v.must(err)
		return len(batches) == 1 && batches[0].First > 10
	})
	last := first.mustSubmit(limit(bob, sell, "1", "200", named("last")))
	second.link.Mend()
	eventually(t, "the second replica has caught up", func() bool {
		viewed, _, _ := second.audience.state()
		return viewed >= last.Seq
	})
	if !maps.Equal(first.audience.book(), second.audience.book()) {
		t.Errorf("the books differ:\n%v\n%v", first.audience.book(), second.audience.book())
	}
	if second.audience.resets != 2 {
		t.Errorf("the second replica started %d times, want 2", second.audience.resets)
	}
}

func TestOverloadIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first", func(o *trading.Options) { o.QueueLimit = 5 }).lead()
	_, release := r.stopCommit()
	answers := make(chan answer, 10)
	for range 10 {
		go func() {
			outcome, err := r.submit(deposit(alice, btc, "1"))
			answers <- answer{outcome, err}
		}()
	}
	for range 5 { // the others wait for the commit
		wantCode(t, await(t, answers).err, exchange.CodeUnavailable)
	}
	release()
	for range 5 {
		wantCode(t, await(t, answers).err, "")
	}
	if got := v.balance(alice, btc); got != amount("15") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestCallerWhoLeavesBeforeTheWriterBegan(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	reached, release := r.stopCommit()
	first := r.ask(t.Context(), deposit(bob, btc, "1"))
	receive(t, reached)
	ctx, leave := context.WithCancel(t.Context())
	second := r.ask(ctx, deposit(alice, btc, "1"))
	leave()
	wantCode(t, await(t, second).err, exchange.CodeUnavailable)
	release()
	wantCode(t, await(t, first).err, "")
	r.mustSubmit(deposit(bob, btc, "1")) // what was queued before is done by now
	if got := v.balance(alice, btc); got != amount("10") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestCallerWhoLeavesAfterTheWriterBegan(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	reached, release := r.stopCommit()
	ctx, leave := context.WithCancel(t.Context())
	asked := r.ask(ctx, deposit(alice, btc, "1"))
	receive(t, reached)
	leave()
	wantCode(t, await(t, asked).err, exchange.CodeUnknownOutcome)
	release()
	r.mustSubmit(deposit(bob, btc, "1"))
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestContradictionInTheDatabaseIsAnInternalError(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	first.mustSubmit(limit(alice, buy, "1", "100", named("mine")))
	v.must(first.Resign(t.Context()))
	v.execute("UPDATE balances SET locked = 0 WHERE account_id = $1", alice)
	second := v.start("second")
	_, err := second.submit(cancel(alice, btcUSDT, byClientID("mine")))
	wantCode(t, err, exchange.CodeInternal)
	second.mustSubmit(deposit(bob, btc, "1")) // it goes on with what the database holds
	if !strings.Contains(second.log.String(), "cancel of account 101") {
		t.Error("the fault was not logged")
	}
}
