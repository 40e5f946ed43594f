// Package bench runs the flow on which the exchange's own book is measured
// through other books, so that its figure has something to stand beside.
//
// The exchange's book is internal to its module; BenchmarkMixedFlow of
// src/internal/matching measures it with the same flow, the same seed and the
// same number of commands. A book joins with a file that implements the interface
// book and a line in books; what it cannot express must be said there.
package bench

import (
	"testing"

	"github.com/bitpin/exchange/src/lab/flow"
)

// Both must be as in src/internal/matching.
const (
	seed     = 1
	commands = 250_000
)

// book is what the flow needs of a book.
type book interface {
	// place matches an order and returns how many makers it met and how many lots
	// it executed.
	place(c *flow.Command) (fills, lots int64)
	// cancel reports whether the order was there.
	cancel(c *flow.Command) bool
	// resting returns the number of orders in the book.
	resting() int64
}

// books are those that are measured. Each expresses the whole flow.
var books = []struct {
	name string
	make func() book
}{
	{"textbook", func() book { return newTextbook() }},
}

func BenchmarkMixedFlow(b *testing.B) {
	f := flow.Generate(seed, commands)
	for _, peer := range books {
		b.Run(peer.name, func(b *testing.B) {
			b.ReportAllocs()
			b.StopTimer()
			b.ResetTimer()
			for done := 0; done < b.N; {
				book := peer.make()
				replay(book, f.Seed)
				n := min(b.N-done, len(f.Commands))
				b.StartTimer()
				outcome := replay(book, f.Commands[:n])
				b.StopTimer()
				if n == len(f.Commands) && outcome != f.Expect {
					b.Fatalf("the book reports %+v, the flow expects %+v", outcome, f.Expect)
				}
				done += n
			}
		})
	}
}

// TestBooksDoTheSameWork keeps a figure from being compared that was reached by
// doing something else.
func TestBooksDoTheSameWork(t *testing.T) {
	t.Parallel()
	f := flow.Generate(seed, commands)
	for _, peer := range books {
		t.Run(peer.name, func(t *testing.T) {
			t.Parallel()
			book := peer.make()
			replay(book, f.Seed)
			if outcome := replay(book, f.Commands); outcome != f.Expect {
				t.Errorf("the book reports %+v, the flow expects %+v", outcome, f.Expect)
			}
		})
	}
}

// replay executes commands and adds up what the book reports.
func replay(book book, commands []flow.Command) (seen flow.Outcome) {
	for i := range commands {
		c := &commands[i]
		if c.Kind == flow.Cancel {
			if book.cancel(c) {
				seen.Cancelled++
			}
			continue
		}
		fills, lots := book.place(c)
		seen.Fills += fills
		seen.Volume += lots
	}
	seen.Resting = book.resting()
	return seen
}
