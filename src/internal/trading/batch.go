package trading

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// execution is one batch on its way: who asked what, and what they will be told
// once it is durable.
type execution struct {
	term     *term
	requests []*request
	answers  []answer
	known    map[idempotencyID]exchange.IdempotencyRecord
	begun    map[idempotencyID]bool // keys used in this batch
	accounts []exchange.AccountID
	records  []exchange.IdempotencyRecord
}

type idempotencyID struct{ scope, key string }

func identify(k *exchange.IdempotencyKey) idempotencyID { return idempotencyID{k.Scope, k.Key} }

// execute applies a batch, commits it once, and then answers. Any error ends the
// term; everybody in the batch has been answered by then.
func (t *term) execute(requests []*request) error {
	if len(requests) == 0 {
		return nil
	}
	// A batch that has begun is finished even if the replica is told to stop.
	ctx, cancel := context.WithTimeout(context.Background(), t.service.options.CommandTimeout)
	defer cancel()
	e := &execution{term: t, requests: requests, answers: make([]answer, len(requests))}
	if err := e.lookUp(ctx); err != nil {
		e.refuseAll(exchange.ErrUnavailable)
		return fmt.Errorf("looking up idempotency keys: %w", err)
	}
	// The log's time does not go back with a clock that is set back.
	t.at = max(t.at, exchange.Millis(t.service.options.Now().UnixMilli()))
	for i, r := range requests {
		if err := e.apply(i, &r.command, t.at); err != nil {
			e.refuseAll(exchange.ErrUnavailable, i)
			r.reply(exchange.Outcome{}, internalError)
			return err
		}
	}
	changes := t.state.EndBatch(t.at, t.lease.Epoch)
	changes.Idempotency = e.records
	return e.commit(ctx, changes)
}

var internalError = &exchange.Error{Code: exchange.CodeInternal, Message: "Internal error. The request was not executed."}

// lookUp asks the database what the batch must know of the past; most batches need
// nothing.
func (e *execution) lookUp(ctx context.Context) error {
	var keys []exchange.IdempotencyKey
	var accounts []exchange.AccountID
	for _, r := range e.requests {
		if r.command.Idempotency != nil {
			keys = append(keys, *r.command.Idempotency)
		}
		if r.command.Kind == exchange.Deposit {
			accounts = append(accounts, r.command.Account)
		}
	}
	if len(keys) == 0 && len(accounts) == 0 {
		return nil
	}
	found, err := e.term.service.options.Journal.Find(ctx, keys, accounts)
	if err != nil {
		return err
	}
	e.accounts = found.Accounts
	e.begun = map[idempotencyID]bool{}
	e.known = make(map[idempotencyID]exchange.IdempotencyRecord, len(found.Idempotency))
	for _, record := range found.Idempotency {
		e.known[identify(&record.Key)] = record
	}
	return nil
}

// apply executes one command in memory. The error is a fault.
func (e *execution) apply(i int, command *exchange.Command, at exchange.Millis) error {
	if k := command.Idempotency; k != nil {
		if answered := e.replay(i, k); answered {
			return nil
		}
		e.begun[identify(k)] = true
	}
	outcome, err := e.applyNew(command, at)
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		return err
	case errors.Is(err, exchange.ErrInvalidSymbol):
		// Whoever sent it knows the market: it is new, and SetMarkets is on its way.
		e.answers[i] = answer{err: exchange.ErrUnavailable}
		return nil
	}
	e.answers[i] = answer{outcome, err}
	if k := command.Idempotency; k != nil {
		record := exchange.IdempotencyRecord{Key: *k, Outcome: outcome}
		errors.As(err, &record.Refusal)
		e.records = append(e.records, record)
	}
	return nil
}

func (e *execution) applyNew(command *exchange.Command, at exchange.Millis) (exchange.Outcome, error) {
	if command.Kind == exchange.Deposit && !slices.Contains(e.accounts, command.Account) {
		return exchange.Outcome{}, errNoAccount
	}
	o := &e.term.service.options
	return e.term.state.Apply(command, Stamp{
		At: at, MakerFee: o.MakerFee, TakerFee: o.TakerFee, MaxOpenOrders: o.MaxOpenOrders,
	})
}

// replay answers a command whose idempotency key has been used before.
func (e *execution) replay(i int, k *exchange.IdempotencyKey) bool {
	if e.begun[identify(k)] {
		e.answers[i] = answer{err: exchange.ErrIdempotencyInFlight}
		return true
	}
	record, known := e.known[identify(k)]
	switch {
	case !known:
		return false
	case !bytes.Equal(record.Key.Hash, k.Hash):
		e.answers[i] = answer{err: exchange.ErrIdempotencyMismatch}
	case record.Refusal != nil:
		e.answers[i] = answer{err: record.Refusal}
	default:
		e.answers[i] = answer{outcome: record.Outcome}
		e.answers[i].outcome.Replayed = true
	}
	return true
}

// commit makes the batch durable and answers it.
func (e *execution) commit(ctx context.Context, changes *exchange.Changes) error {
	t := e.term
	journal, duration := t.service.options.Journal, t.service.options.LeaseDuration
	if len(changes.Commands) == 0 && len(changes.Idempotency) == 0 {
		return e.answerRefusals(ctx)
	}
	began := time.Now()
	err := journal.Commit(ctx, t.lease, duration, changes)
	if errors.Is(err, exchange.ErrCommitUnknown) {
		return e.resolve(changes, err)
	}
	if err != nil {
		e.refuseAll(refusalOf(err))
		return fmt.Errorf("committing batch %d: %w", changes.Batch.ID, err)
	}
	t.sure = began.Add(duration)
	t.service.observer.ObserveBatch(len(e.requests), time.Since(began))
	t.service.follower.deliver(&changes.Batch, e.answerAll)
	e.count()
	e.countTrades(changes.Batch.Trades)
	return nil
}

func refusalOf(err error) error {
	if errors.Is(err, exchange.ErrLeaseLost) {
		return errNotLeading
	}
	return exchange.ErrUnavailable
}

// answerRefusals answers a batch in which nothing was accepted. A refusal is only
// worth something while the lease is held: another writer may know better.
func (e *execution) answerRefusals(ctx context.Context) error {
	if time.Now().After(e.term.sure) {
		if err := e.term.renew(ctx); err != nil {
			e.refuseAll(refusalOf(err))
			return err
		}
	}
	e.answerAll()
	e.count()
	return nil
}

// resolve finds out what became of a batch whose commit was cut off. The memory is
// thrown away in any case.
func (e *execution) resolve(changes *exchange.Changes, cause error) error {
	o := &e.term.service.options
	ctx, cancel := context.WithTimeout(context.Background(), o.CommandTimeout)
	defer cancel()
	lost := fmt.Errorf("committing batch %d: %w", changes.Batch.ID, cause)
	for {
		durable, err := o.Journal.Resolve(ctx, e.term.lease, changes)
		switch {
		case err == nil && durable:
			e.answerAll()
			return fmt.Errorf("%w; it is durable", lost)
		case err == nil:
			e.refuseAll(exchange.ErrUnavailable)
			return fmt.Errorf("%w; it is not durable", lost)
		}
		select {
		case <-ctx.Done():
			e.refuseAll(exchange.ErrUnknownOutcome)
			return fmt.Errorf("%w; whether it is durable could not be found out: %w", lost, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (e *execution) answerAll() {
	for i, r := range e.requests {
		r.reply(e.answers[i].outcome, e.answers[i].err)
	}
}

// refuseAll answers everybody, except the requests named, with err.
func (e *execution) refuseAll(err error, except ...int) {
	for i, r := range e.requests {
		if slices.Contains(except, i) {
			continue
		}
		r.reply(exchange.Outcome{}, err)
		if !errors.Is(err, errNotLeading) { // who does lead will count it
			e.term.service.observer.CountCommand(r.command.Kind.String(), string(exchange.CodeOf(err)))
		}
	}
}

// count counts what the commands were answered.
func (e *execution) count() {
	observer := e.term.service.observer
	for i, r := range e.requests {
		result := "accepted"
		if e.answers[i].err != nil {
			result = string(exchange.CodeOf(e.answers[i].err))
		}
		observer.CountCommand(r.command.Kind.String(), result)
	}
}

func (e *execution) countTrades(trades []exchange.Trade) {
	s := e.term.service
	for i := range trades {
		s.observer.CountTrades(e.term.state.markets[trades[i].Market].Symbol, 1)
	}
	e.term.countOpenOrders()
}
