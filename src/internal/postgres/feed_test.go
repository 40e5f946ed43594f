package postgres_test

import (
	"fmt"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestBatchesComeInOrderAfterASeq(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	for _, c := range []*exchange.Changes{batch(1, 3), batch(4, 4), batch(5, 9), batch(10, 11)} {
		j.commit(t, c)
	}
	tests := []struct {
		after exchange.Seq
		limit int
		want  []exchange.Seq
	}{
		{after: 0, limit: 10, want: []exchange.Seq{3, 4, 9, 11}},
		{after: 0, limit: 2, want: []exchange.Seq{3, 4}},
		{after: 4, limit: 10, want: []exchange.Seq{9, 11}},
		{after: 9, limit: 1, want: []exchange.Seq{11}},
		{after: 11, limit: 10},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d after %d", test.limit, test.after), func(t *testing.T) {
			t.Parallel()
			expect(t, test.want)(j.batchIDs(t, test.after, test.limit), nil)
		})
	}
}

func (j *journal) batchIDs(t *testing.T, after exchange.Seq, limit int) (ids []exchange.Seq) {
	t.Helper()
	batches, err := j.Batches(t.Context(), after, limit)
	if err != nil {
		t.Fatal(err)
	}
	for i := range batches {
		ids = append(ids, batches[i].ID)
	}
	return ids
}

func TestPruneForgetsTheOldestBatches(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before exchange.Millis
		want   []exchange.Seq
	}{
		"none is old":               {noon, []exchange.Seq{1, 2, 3, 4}},
		"two are old":               {noon + 2, []exchange.Seq{3, 4}},
		"a clock that went back":    {noon + 3, []exchange.Seq{3, 4}},
		"all are, the latest stays": {noon + 9, []exchange.Seq{4}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJournal(t)
			for i, at := range []exchange.Millis{0, 1, 3, 2} {
				c := batch(exchange.Seq(i+1), exchange.Seq(i+1))
				c.Batch.At += at
				j.commit(t, c)
			}
			if err := j.Prune(t.Context(), test.before); err != nil {
				t.Fatal(err)
			}
			expect(t, test.want)(j.batchIDs(t, 0, 10), nil)
		})
	}
}

func TestPruneOfNothing(t *testing.T) {
	t.Parallel()
	if err := newJournal(t).Prune(t.Context(), noon); err != nil {
		t.Error(err)
	}
}

func TestBookSnapshotOfAnEmptyExchange(t *testing.T) {
	t.Parallel()
	want := exchange.BookSnapshot{Levels: []exchange.LevelChange{}, LastPrices: map[exchange.MarketID]exchange.Amount{}}
	expect(t, want)(newJournal(t).BookSnapshot(t.Context()))
}

func TestBookSnapshotSumsOpenOrdersByPrice(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, deposits())
	j.commit(t, trading()) // leaves 3 to sell at 100
	cancelled := order(8, bob, exchange.Buy, "98", "7")
	cancelled.Status = exchange.StatusCanceled
	j.commit(t, place(
		order(6, bob, exchange.Sell, "100", "0.5"),
		order(7, bob, exchange.Buy, "99", "2"),
		cancelled,
		order(9, alice, exchange.Buy, "97.5", "1"),
	))
	amount := exchange.MustAmount
	want := exchange.BookSnapshot{
		Seq: 9,
		Levels: []exchange.LevelChange{
			{Market: btcusdt, Side: exchange.Buy, Price: amount("97.5"), Quantity: amount("1")},
			{Market: btcusdt, Side: exchange.Buy, Price: amount("99"), Quantity: amount("2")},
			{Market: btcusdt, Side: exchange.Sell, Price: amount("100"), Quantity: amount("3.5")},
		},
		LastPrices: map[exchange.MarketID]exchange.Amount{btcusdt: amount("100")},
	}
	expect(t, want)(j.BookSnapshot(t.Context()))
}

// Each command adds one order of one unit, so the level's quantity tells which
// commands a snapshot holds.
func TestBookSnapshotIsOfOneMoment(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	const orders = 150
	written := make(chan error, 1)
	go func() {
		for id := exchange.OrderID(1); id <= orders; id++ {
			if err := j.Commit(t.Context(), j.lease, leaseDuration, place(order(id, alice, exchange.Sell, "100", "1"))); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	for seen := exchange.Seq(0); seen < orders; {
		s, err := j.BookSnapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var quantity exchange.Amount
		for _, l := range s.Levels {
			quantity += l.Quantity
		}
		if quantity != exchange.Amount(s.Seq)*exchange.Unit {
			t.Fatalf("the snapshot at %d holds %s", s.Seq, quantity)
		}
		seen = s.Seq
		select {
		case err := <-written:
			if err != nil {
				t.Fatal(err)
			}
			written = nil
		default:
		}
	}
}
