package trading

import (
	"context"
	"errors"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// The time between two tries of a command while no replica takes it, unless the
// lease changes before.
const (
	firstRetry = 5 * time.Millisecond
	lastRetry  = 160 * time.Millisecond
)

// Submit implements exchange.Trading. While no replica leads it waits, up to
// CommandTimeout, so a change of the leader is a delay and not an error.
func (s *Service) Submit(ctx context.Context, command exchange.Command) (exchange.Outcome, error) {
	if s.submitting.Add(1) > int64(s.options.QueueLimit) {
		s.submitting.Add(-1)
		return exchange.Outcome{}, errOverloaded
	}
	defer s.submitting.Add(-1)
	ctx, cancel := context.WithTimeout(ctx, s.options.CommandTimeout)
	defer cancel()
	for retry := firstRetry; ; retry = min(2*retry, lastRetry) {
		s.mu.Lock()
		t, leader, changed := s.term, s.leader, s.changed
		s.mu.Unlock()
		outcome, err := s.try(ctx, t, leader, command)
		if !errors.Is(err, errNotLeading) {
			return outcome, err
		}
		signal(s.wake) // the lease may have changed
		select {
		case <-ctx.Done():
			return exchange.Outcome{}, exchange.ErrUnavailable
		case <-changed:
			retry = firstRetry
		case <-time.After(retry):
		}
	}
}

// SubmitHere executes a command only if this replica leads: what was forwarded
// once is not forwarded again.
func (s *Service) SubmitHere(ctx context.Context, command exchange.Command) (exchange.Outcome, error) {
	s.mu.Lock()
	t := s.term
	s.mu.Unlock()
	return s.try(ctx, t, exchange.Lease{}, command)
}

// try executes or forwards a command once; errNotLeading means that it was
// certainly not executed.
func (s *Service) try(ctx context.Context, t *term, leader exchange.Lease, command exchange.Command) (exchange.Outcome, error) {
	if k := command.Idempotency; k != nil && !storable(k.Scope+k.Key) {
		return exchange.Outcome{}, errIdempotencyKey
	}
	switch {
	case t != nil:
		r := newRequest(command)
		if err := t.offer(r); err != nil {
			return exchange.Outcome{}, err
		}
		return r.wait(ctx)
	case leader.Held && leader.Holder != s.options.Holder:
		return s.forward.send(ctx, leader.Address, command)
	}
	return exchange.Outcome{}, errNotLeading
}

var (
	errOverloaded = &exchange.Error{
		Code: exchange.CodeUnavailable, Message: "The exchange is overloaded. The request was not executed; send it again later.",
	}
	errIdempotencyKey = &exchange.Error{
		Code: exchange.CodeInvalidParameter, Field: "Idempotency-Key", Message: "The idempotency key is not a text.",
	}
)
