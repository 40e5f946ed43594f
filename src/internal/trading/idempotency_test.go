package trading_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

// keyed gives a command an idempotency key of a scope; request stands for what the
// client sent.
func keyed(c exchange.Command, scope, key, request string) exchange.Command {
	c.Idempotency = &exchange.IdempotencyKey{Scope: scope, Key: key, Hash: []byte(request)}
	return c
}

func TestIdempotencyKeyAnswersAgain(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	command := keyed(deposit(alice, btc, "1"), "operator", "k", "one")
	once := first.mustSubmit(command)
	check := func(r *replica) {
		t.Helper()
		again := r.mustSubmit(command)
		if !again.Replayed {
			t.Error("the answer does not say that it was given before")
		}
		again.Replayed = false
		if !reflect.DeepEqual(once, again) {
			t.Errorf("answered\n%+v, then\n%+v", once, again)
		}
	}
	check(first)
	check(second)
	v.must(first.Resign(t.Context()))
	check(second)
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
	v.verify()
}

func TestIdempotencyKeyStandsForItsRefusal(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	command := keyed(withdraw(alice, btc, "11"), "alice", "k", "eleven")
	_, err := r.submit(command)
	wantCode(t, err, exchange.CodeInsufficientBalance)
	r.mustSubmit(deposit(alice, btc, "5"))
	_, err = r.submit(command)
	wantCode(t, err, exchange.CodeInsufficientBalance)
	r.mustSubmit(keyed(withdraw(alice, btc, "11"), "alice", "another", "eleven"))
}

func TestIdempotencyKeyOfAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	r.mustSubmit(keyed(deposit(alice, btc, "1"), "operator", "k", "one"))
	_, err := r.submit(keyed(deposit(alice, btc, "2"), "operator", "k", "two"))
	wantCode(t, err, exchange.CodeIdempotencyMismatch)
	r.mustSubmit(keyed(deposit(alice, btc, "4"), "another", "k", "four"))
	if got := v.balance(alice, btc); got != amount("15") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestIdempotencyKeyInFlightIsRefused(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	v.must(r.Resign(t.Context()))
	// Two commands fill a batch, so both are in one.
	second := v.start("second", func(o *trading.Options) { o.BatchMaxCommands, o.BatchMaxDelay = 2, patience })
	eventually(t, "the second replica leads", second.Leading)
	command := keyed(deposit(alice, btc, "1"), "operator", "k", "one")
	a, b := second.ask(t.Context(), command), second.ask(t.Context(), command)
	codes := map[exchange.Code]int{}
	codes[exchange.CodeOf(await(t, a).err)]++
	codes[exchange.CodeOf(await(t, b).err)]++
	if codes[""] != 1 || codes[exchange.CodeIdempotencyInFlight] != 1 {
		t.Errorf("answered %v", codes)
	}
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
}

// What the database cannot hold would fail the commit of all who are in the batch.
func TestKeyThatIsNoTextHarmsNobody(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first", func(o *trading.Options) { o.BatchMaxDelay = 20 * time.Millisecond }).lead()
	bad := r.ask(t.Context(), keyed(deposit(alice, btc, "1"), "operator", "a\x00b", "one"))
	good := r.ask(t.Context(), deposit(alice, btc, "2"))
	wantCode(t, await(t, bad).err, exchange.CodeInvalidParameter)
	wantCode(t, await(t, good).err, "")
	if got := v.balance(alice, btc); got != amount("12") {
		t.Errorf("alice has %s BTC", got)
	}
}
