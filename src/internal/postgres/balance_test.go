package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestBalancesAreListedByAsset(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	got, err := d.Balances(t.Context(), carol)
	d.must(err)
	want := []exchange.Balance{
		{Account: carol, Asset: deskBTC, Available: exchange.MustAmount("9"), Locked: exchange.MustAmount("1")},
		{Account: carol, Asset: deskETH, Available: exchange.MustAmount("5")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	none, err := d.Balances(t.Context(), 4711)
	d.must(err)
	if len(none) != 0 {
		t.Errorf("nobody owns %+v", none)
	}
}

func TestDepositsAreListedLatestFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.submit(deposit(alice, deskBTC, "1")).Deposit
	d.submit(deposit(bob, deskBTC, "2"))
	second := d.submit(deposit(alice, deskUSDT, "3")).Deposit
	for limit, want := range map[int][]exchange.Transfer{1: {second}, 10: {second, first}} {
		got, err := d.Deposits(t.Context(), alice, limit)
		d.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
	}
}

func TestWithdrawalsAreListedLatestFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.submit(deposit(alice, deskBTC, "10"), deposit(bob, deskBTC, "10"), withdraw(alice, deskBTC, "1")) // 3
	settled := d.submit(exchange.Command{Kind: exchange.SettleWithdrawal, Withdrawal: 3}).Withdrawal
	d.submit(withdraw(bob, deskBTC, "1"))
	held := d.submit(withdraw(alice, deskBTC, "2")).Withdrawal
	for limit, want := range map[int][]exchange.Withdrawal{1: {held}, 10: {held, settled}} {
		got, err := d.Withdrawals(t.Context(), alice, limit)
		d.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
	}
	one, err := d.Withdrawal(t.Context(), settled.ID)
	d.must(err)
	if one != settled || one.Status != exchange.WithdrawalSettled {
		t.Errorf("got %+v, want %+v", one, settled)
	}
}

func TestUnknownWithdrawalIsNotFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, err := d.Withdrawal(t.Context(), 4711)
	wantCode(t, err, exchange.CodeNotFound)
}
