package postgres_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestCommitStoresAllThatABatchChanged(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, deposits())
	changes := trading()
	j.commit(t, changes)

	t.Run("state", func(t *testing.T) {
		t.Parallel()
		want := exchange.Snapshot{
			Seq: 5, Trade: 1,
			Orders: changes.NewOrders[:1], // the other one is filled
			Balances: []exchange.Balance{
				{Account: exchange.External, Asset: btc, Available: exchange.MustAmount("-10")},
				{Account: exchange.External, Asset: usdt, Available: exchange.MustAmount("-1000")},
				changes.Batch.Balances[5], changes.Batch.Balances[4], changes.Batch.Balances[0],
				changes.Batch.Balances[1], changes.Batch.Balances[3], changes.Batch.Balances[2],
			},
			Withdrawals: changes.Withdrawals,
		}
		expect(t, want)(j.Load(t.Context()))
	})
	t.Run("orders", func(t *testing.T) {
		t.Parallel()
		for _, o := range changes.NewOrders {
			expect(t, o)(j.Order(t.Context(), o.Account, o.Market, exchange.OrderRef{ID: o.ID}))
		}
	})
	t.Run("trades", func(t *testing.T) {
		t.Parallel()
		expect(t, changes.Batch.Trades)(j.MarketTrades(t.Context(), btcusdt, 10))
	})
	t.Run("deposits", func(t *testing.T) {
		t.Parallel()
		expect(t, deposits().Deposits[:1])(j.Deposits(t.Context(), alice, 10))
	})
	t.Run("idempotency", func(t *testing.T) {
		t.Parallel()
		asked := []exchange.IdempotencyKey{changes.Idempotency[0].Key, {Scope: "key-of-bob", Key: "withdraw-1"}}
		want := exchange.Lookup{Idempotency: changes.Idempotency[:1]}
		want.Idempotency[0].Key.Hash = hash("withdraw 2")
		expect(t, want)(j.Find(t.Context(), asked, nil))
	})
	t.Run("outbox", func(t *testing.T) {
		t.Parallel()
		expect(t, []exchange.Batch{deposits().Batch, changes.Batch})(j.Batches(t.Context(), 0, 10))
	})
}

// expect compares what a call returns with what it should; it takes the call's
// results as its arguments.
func expect[T any](t *testing.T, want T) func(T, error) {
	return func(got T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("differs from what was expected (-want +got):\n%s", diff)
		}
	}
}

func TestRefusalIsRemembered(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	changes := &exchange.Changes{
		Batch:       exchange.Batch{ID: 0, First: 1, Last: 0, Epoch: 1, At: noon}, // nothing was accepted
		Idempotency: trading().Idempotency[1:],
	}
	j.commit(t, changes)
	found, err := j.Find(t.Context(), []exchange.IdempotencyKey{changes.Idempotency[0].Key}, nil)
	if err != nil || len(found.Idempotency) != 1 {
		t.Fatalf("found %v, error %v", found.Idempotency, err)
	}
	if got := found.Idempotency[0].Refusal; got == nil || *got != *exchange.ErrInsufficientBalance {
		t.Errorf("refusal = %v, want %v", got, exchange.ErrInsufficientBalance)
	}
	expect(t, []exchange.Batch{})(j.Batches(t.Context(), -1, 10))
}

func TestLaterBatchChangesOrders(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	first := order(1, alice, exchange.Sell, "100", "4")
	j.commit(t, place(first))

	first.Executed, first.CumulativeQuote = exchange.MustAmount("1"), exchange.MustAmount("100")
	first.Status, first.UpdatedAt, first.UpdatedSeq = exchange.StatusCanceled, noon+1, 2
	changes := batch(2, 2)
	changes.ChangedOrders = []exchange.Order{first}
	j.commit(t, changes)
	expect(t, first)(j.Order(t.Context(), alice, btcusdt, exchange.OrderRef{ID: 1}))
}

func TestClientOrderIDIsFreeInTheBatchThatClosesItsOrder(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	first, second := order(1, alice, exchange.Sell, "100", "4"), order(3, alice, exchange.Sell, "101", "4")
	second.ClientID = first.ClientID
	j.commit(t, place(first))

	first.Status = exchange.StatusCanceled
	changes := batch(2, 3)
	changes.ChangedOrders, changes.NewOrders = []exchange.Order{first}, []exchange.Order{second}
	j.commit(t, changes)
	expect(t, []exchange.Order{second})(j.OpenOrders(t.Context(), alice, btcusdt))
}

func TestWithdrawalThatEndsInItsBatchIsStoredOnce(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	held := trading().Withdrawals[0]
	settled := held
	settled.Status, settled.UpdatedAt = exchange.WithdrawalSettled, noon+1
	changes := batch(5, 6)
	changes.Withdrawals = []exchange.Withdrawal{held, settled}
	j.commit(t, changes)
	expect(t, settled)(j.Withdrawal(t.Context(), held.ID))
}

func TestWithdrawalEndsInALaterBatch(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	w := trading().Withdrawals[0]
	requested := batch(5, 5)
	requested.Withdrawals = []exchange.Withdrawal{w}
	j.commit(t, requested)
	w.Status, w.UpdatedAt = exchange.WithdrawalCancelled, noon+1
	ended := batch(6, 6)
	ended.Withdrawals = []exchange.Withdrawal{w}
	j.commit(t, ended)
	expect(t, w)(j.Withdrawal(t.Context(), w.ID))
}

func TestBatchIsWrittenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	const (
		duplicate, check, outOfRange = "23505", "23514", "22003"
		missing                      = "BP002"
	)
	tests := map[string]struct {
		spoil func(*exchange.Changes)
		want  string // SQLSTATE
	}{
		"a balance below zero":        {func(c *exchange.Changes) { c.BalanceDeltas[0].Available = exchange.MustAmount("-11") }, check},
		"a balance out of range":      {func(c *exchange.Changes) { c.BalanceDeltas[0].Available = exchange.MaxAmount }, outOfRange},
		"a balance that is not there": {func(c *exchange.Changes) { c.BalanceDeltas[0].Account = 4711 }, missing},
		"a new balance that is there": {func(c *exchange.Changes) { c.NewBalances[0] = deposits().NewBalances[1] }, duplicate},
		"an order that is not there":  {func(c *exchange.Changes) { c.ChangedOrders = []exchange.Order{order(1, alice, exchange.Buy, "1", "1")} }, missing},
		"an overfilled order":         {func(c *exchange.Changes) { c.NewOrders[0].Executed = exchange.MustAmount("5") }, check},
		"a client order id in use":    {func(c *exchange.Changes) { c.NewOrders = append(c.NewOrders, sameClient(c.NewOrders[0], 5)) }, duplicate},
		"a command twice":             {func(c *exchange.Changes) { c.Commands[0].Seq = 1 }, duplicate},
		"a trade of nothing":          {func(c *exchange.Changes) { c.Batch.Trades[0].Quantity = 0 }, check},
		"an entry twice":              {func(c *exchange.Changes) { c.Entries = append(c.Entries, c.Entries[0]) }, duplicate},
		"a batch twice":               {func(c *exchange.Changes) { c.Batch.ID = 2 }, duplicate},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJournal(t)
			j.commit(t, deposits())
			before, rows := j.snapshot(t), j.rowCounts(t)
			changes := trading()
			test.spoil(changes)
			err := j.Commit(t.Context(), j.lease, leaseDuration, changes)
			var refusal *pgconn.PgError
			if !errors.As(err, &refusal) || refusal.Code != test.want || errors.Is(err, exchange.ErrCommitUnknown) {
				t.Fatalf("error = %v, want SQLSTATE %s and no doubt", err, test.want)
			}
			expect(t, before)(j.snapshot(t), nil)
			expect(t, rows)(j.rowCounts(t), nil)
			j.commit(t, trading()) // the journal still works
		})
	}
}

func sameClient(o exchange.Order, id exchange.OrderID) exchange.Order {
	o.ID = id
	return o
}
