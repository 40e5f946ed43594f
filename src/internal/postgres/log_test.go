package postgres_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestReplayVisitsCommandsInOrderWithTheirOrders(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, deposits())
	changes := trading()
	j.commit(t, changes)

	var commands []exchange.CommandRecord
	orders := map[exchange.Seq]exchange.Order{}
	err := j.Replay(t.Context(), func(c exchange.CommandRecord, placed *exchange.Order) error {
		commands = append(commands, c)
		if placed != nil {
			orders[c.Seq] = *placed
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append(deposits().Commands, changes.Commands...), commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	want := map[exchange.Seq]exchange.Order{3: changes.NewOrders[0], 4: changes.NewOrders[1]}
	if diff := cmp.Diff(want, orders); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
}

func TestReplayOfALongLog(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	const last = 9000 // more than two pages
	for seq := exchange.Seq(1); seq <= last; seq += 1000 {
		j.commit(t, place(order(exchange.OrderID(seq), alice, exchange.Buy, "1", "1")))
		j.commit(t, batch(seq+1, seq+999))
	}
	next, orders := exchange.Seq(1), 0
	err := j.Replay(t.Context(), func(c exchange.CommandRecord, placed *exchange.Order) error {
		if c.Seq != next {
			t.Fatalf("command %d instead of %d", c.Seq, next)
		}
		next++
		if placed != nil {
			orders++
		}
		return nil
	})
	if err != nil || next != last+1 || orders != last/1000 {
		t.Errorf("replayed up to %d with %d orders, error %v; want %d with %d", next-1, orders, err, last, last/1000)
	}
}

func TestReplayEndsWithAnErrorOfItsVisitor(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, deposits())
	stop, visited := errors.New("stop"), 0
	err := j.Replay(t.Context(), func(exchange.CommandRecord, *exchange.Order) error {
		visited++
		return stop
	})
	if !errors.Is(err, stop) || visited != 1 {
		t.Errorf("error = %v after %d commands, want %v after 1", err, visited, stop)
	}
}
