package trading

import (
	"context"
	"sync/atomic"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// request is a command on its way through the writer's queue.
type request struct {
	command exchange.Command
	state   atomic.Int32
	answer  chan answer // buffered: the writer never waits for whoever asked
}

type answer struct {
	outcome exchange.Outcome
	err     error
}

const (
	waiting   int32 = iota
	taken           // by the writer: it will be answered
	abandoned       // by its caller: it will not be executed
)

func newRequest(command exchange.Command) *request {
	return &request{command: command, answer: make(chan answer, 1)}
}

// take claims the request for execution.
func (r *request) take() bool { return r.state.CompareAndSwap(waiting, taken) }

func (r *request) reply(outcome exchange.Outcome, err error) { r.answer <- answer{outcome, err} }

// wait returns the writer's answer. If ctx ends first, the outcome is unknown,
// unless the writer has not begun.
func (r *request) wait(ctx context.Context) (exchange.Outcome, error) {
	select {
	case a := <-r.answer:
		return a.outcome, a.err
	case <-ctx.Done():
	}
	if r.state.CompareAndSwap(waiting, abandoned) {
		return exchange.Outcome{}, exchange.ErrUnavailable
	}
	select {
	case a := <-r.answer: // it came in the meantime
		return a.outcome, a.err
	default:
		return exchange.Outcome{}, exchange.ErrUnknownOutcome
	}
}
