package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// tally is what a run brought about.
type tally struct {
	orders  int // placed
	cancels int // that found their order
	refused int // mostly cancels that came too late
	took    time.Duration
	waits   []time.Duration // for each answer, sorted
	sent    []int           // requests of each list that were answered
}

func (t *tally) add(o *tally) {
	t.orders += o.orders
	t.cancels += o.cancels
	t.refused += o.refused
	t.waits = append(t.waits, o.waits...)
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

// quantile returns the wait that a share q of the answers does not exceed.
func (t *tally) quantile(q float64) time.Duration {
	if len(t.waits) == 0 {
		return 0
	}
	return t.waits[min(len(t.waits)-1, int(q*float64(len(t.waits))))]
}

// drive sends each list of requests over a connection of its own and counts the
// answers. Each request goes when the one before is answered, and not before its
// time if there is a pace. It stops after the duration, or when the lists are used up.
func drive(ctx context.Context, address string, lists [][]request, pace pace, limit time.Duration) (*tally, error) {
	connections, err := dialAll(ctx, address, len(lists))
	if err != nil {
		return nil, err
	}
	defer closeAll(connections)
	tallies := make([]tally, len(lists))
	faults := make([]error, len(lists))
	start := time.Now()
	var all sync.WaitGroup
	for i := range lists {
		all.Go(func() {
			faults[i] = send(ctx, connections[i], lists[i], pace.of(i, start), start.Add(limit), &tallies[i])
		})
	}
	all.Wait()
	sum := &tally{took: time.Since(start)}
	for i := range tallies {
		sum.add(&tallies[i])
		sum.sent = append(sum.sent, len(tallies[i].waits))
	}
	slices.Sort(sum.waits)
	return sum, errors.Join(faults...)
}

// pace spreads requests evenly over time; the zero pace sends as fast as answers come.
type pace struct {
	interval time.Duration // between two requests of one connection
	stagger  time.Duration // between the beginnings of two connections
}

// paceOf returns the pace at which n connections send so many requests a second.
func paceOf(rate float64, n int) pace {
	every := time.Duration(float64(time.Second) / rate)
	return pace{interval: every * time.Duration(n), stagger: every}
}

// of returns when the connection's requests are due; nil: at once.
func (p pace) of(connection int, start time.Time) func(n int) time.Time {
	if p.interval == 0 {
		return nil
	}
	first := start.Add(p.stagger * time.Duration(connection))
	return func(n int) time.Time { return first.Add(p.interval * time.Duration(n)) }
}

// send sends a list. What an answer took counts from when its request was due, if the
// answer before came too late for that: so a stall counts for all that it delays. That
// we wake late ourselves does not count.
func send(ctx context.Context, c *connection, list []request, due func(int) time.Time, end time.Time, t *tally) error {
	t.waits = make([]time.Duration, 0, len(list))
	for i := range list {
		from := time.Now()
		if due != nil {
			from = due(i)
			if wait := time.Until(from); wait > 0 {
				time.Sleep(wait)
				from = time.Now()
			}
		}
		if from.After(end) || ctx.Err() != nil {
			break
		}
		status, err := c.send(list[i].bytes)
		if err != nil {
			return fmt.Errorf("request %d: %w", i, err)
		}
		t.waits = append(t.waits, time.Since(from))
		switch {
		case status == refused:
			t.refused++
		case list[i].cancel:
			t.cancels++
		default:
			t.orders++
		}
	}
	return ctx.Err()
}
