package trading_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

// stored is an exchange of three deposits, two open orders and a held withdrawal.
func stored(tb testing.TB) (*record, exchange.Snapshot) {
	tb.Helper()
	d := newDesk(tb)
	d.mustApply(limit(alice, buy, "1", "100"))
	d.mustApply(limit(bob, buy, "2", "100"))
	d.mustApply(limit(carol, sell, "0.5", "100"))
	d.mustApply(withdraw(carol, eth, "1"))
	d.endBatch()
	s, err := d.record.Snapshot(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return d.record, s
}

func TestStateIsRestored(t *testing.T) {
	t.Parallel()
	_, snapshot := stored(t)
	state, err := trading.NewState(markets, snapshot)
	if err != nil {
		t.Fatal(err)
	}
	if found := trading.Differences(state, snapshot); len(found) > 0 {
		t.Errorf("differences %q", found)
	}
	if state.Seq() != snapshot.Seq || state.OpenOrders(btcUSDT) != 2 {
		t.Errorf("seq %d, %d open orders", state.Seq(), state.OpenOrders(btcUSDT))
	}
}

func TestContradictionsAreNotRestored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*exchange.Snapshot)
		want  string
	}{
		"an order of an unknown market": {func(s *exchange.Snapshot) { s.Orders[0].Market = 9 }, "restoring order 10"},
		"an order that is closed":       {func(s *exchange.Snapshot) { s.Orders[0].Status = exchange.StatusFilled }, "restoring order 10: it is not open"},
		"an order filled to the end":    {func(s *exchange.Snapshot) { s.Orders[0].Executed = s.Orders[0].Quantity }, "restoring order 10"},
		"a crossed book":                {func(s *exchange.Snapshot) { s.Orders[1].Side = sell }, "restoring order 11"},
		"orders that are not in order":  {func(s *exchange.Snapshot) { s.Orders[0], s.Orders[1] = s.Orders[1], s.Orders[0] }, "restoring order 10"},
		"a balance twice":               {func(s *exchange.Snapshot) { s.Balances = append(s.Balances, s.Balances[0]) }, "two balances"},
		"a negative balance":            {func(s *exchange.Snapshot) { s.Balances[0].Locked = -1 }, "negative balance"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, snapshot := stored(t)
			c.spoil(&snapshot)
			if _, err := trading.NewState(markets, snapshot); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// An order whose money is not locked cannot have been stored; going on with it
// would create money.
func TestContradictionFoundLaterIsAFault(t *testing.T) {
	t.Parallel()
	_, snapshot := stored(t)
	for i := range snapshot.Balances {
		snapshot.Balances[i].Locked = 0
	}
	for name, c := range map[string]exchange.Command{
		"cancelling": cancel(alice, btcUSDT, exchange.OrderRef{ID: 10}),
		"matching":   limit(carol, sell, "1", "100", named("x")),
		"settling":   {Kind: exchange.SettleWithdrawal, Withdrawal: 13},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, err := trading.NewState(markets, snapshot)
			if err != nil {
				t.Fatal(err)
			}
			_, err = state.Apply(&c, trading.Stamp{At: 1})
			if fault := new(trading.Fault); !errors.As(err, &fault) {
				t.Errorf("error %v, want a fault", err)
			}
		})
	}
}

func TestReplayNamesWhatTheLogContradicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*record)
		want  string
	}{
		"a command that is missing":   {func(r *record) { r.commands = append(r.commands[:3], r.commands[4:]...) }, "command 5 (deposit of account 102) cannot be replayed: it follows command 3"},
		"a command that is refused":   {func(r *record) { r.commands[0].Amount = 0 }, "command 1 (deposit of account 101) cannot be replayed: The amount must be positive."},
		"a deposit of another amount": {func(r *record) { r.commands[0].Amount++ }, "balance of account 101, asset 1: "},
		"an order that was never filled": {
			func(r *record) { o := r.orders[12]; o.Executed--; r.orders[12] = o }, "order 12: replayed ",
		},
		"an open order with another time": {
			func(r *record) { o := r.orders[11]; o.UpdatedAt++; r.orders[11] = o }, "order 11: replayed ",
		},
		"an order of another account": {
			func(r *record) { o := r.orders[10]; o.Account = carol; r.orders[10] = o }, "order 10: replayed ",
		},
		"an order that is missing": {
			func(r *record) { delete(r.orders, 12) }, "command 12 (place of account 103) cannot be replayed: its order is missing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := stored(t)
			c.spoil(r)
			found, err := trading.Verify(t.Context(), r, markets)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(found, "\n"), c.want) {
				t.Errorf("found %q, want one with %q", found, c.want)
			}
		})
	}
}

func TestDifferencesAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*exchange.Snapshot)
		want  string
	}{
		"last command":       {func(s *exchange.Snapshot) { s.Seq++ }, "last command: 13 here, 14 stored"},
		"last trade":         {func(s *exchange.Snapshot) { s.Trade++ }, "last trade: 1 here, 2 stored"},
		"missing order":      {func(s *exchange.Snapshot) { s.Orders = s.Orders[:1] }, "open order 11: not stored"},
		"changed order":      {func(s *exchange.Snapshot) { s.Orders[0].Executed++ }, "open order 10: {"},
		"queue":              {func(s *exchange.Snapshot) { s.Orders[1].Price -= amount("1") }, "book of BTCUSDT, place 2: "},
		"balance":            {func(s *exchange.Snapshot) { s.Balances[0].Available++ }, "balance of account "},
		"missing balance":    {func(s *exchange.Snapshot) { s.Balances = s.Balances[1:] }, "not stored"},
		"missing withdrawal": {func(s *exchange.Snapshot) { s.Withdrawals = nil }, "held withdrawal 13: not stored"},
		"withdrawal":         {func(s *exchange.Snapshot) { s.Withdrawals[0].Amount++ }, "held withdrawal 13: {"},
		"contradiction":      {func(s *exchange.Snapshot) { s.Orders[0].Market = 9 }, "cannot be restored"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, snapshot := stored(t)
			state, _, err := trading.Replay(t.Context(), r, markets)
			if err != nil {
				t.Fatal(err)
			}
			c.spoil(&snapshot)
			if found := trading.Differences(state, snapshot); !strings.Contains(strings.Join(found, "\n"), c.want) {
				t.Errorf("found %q, want one with %q", found, c.want)
			}
		})
	}
}

func TestZeroBalanceEqualsNone(t *testing.T) {
	t.Parallel()
	r, snapshot := stored(t)
	state, _, err := trading.Replay(t.Context(), r, markets)
	if err != nil {
		t.Fatal(err)
	}
	snapshot.Balances = append(snapshot.Balances, exchange.Balance{Account: 200, Asset: btc.ID})
	snapshot.Withdrawals[0].Reference = "not in the log"
	if found := trading.Differences(state, snapshot); len(found) > 0 {
		t.Errorf("differences %q", found)
	}
}
