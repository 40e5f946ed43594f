package trading_test

import (
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestDeposit(t *testing.T) {
	t.Parallel()
	run(t, []scenario{
		{name: "credits the account", command: deposit(alice, btc, "1.5"), balances: []string{"alice BTC 11.5", "external BTC -31.5"}},
		{name: "of nothing", command: deposit(alice, btc, "0"), refused: exchange.CodeInvalidParameter},
		{name: "of a negative amount", command: deposit(alice, btc, "-1"), refused: exchange.CodeInvalidParameter},
		{name: "to an account of the exchange itself", command: deposit(exchange.Fees, btc, "1"), refused: exchange.CodeNotFound},
		{name: "of no asset", command: deposit(alice, exchange.Asset{}, "1"), refused: exchange.CodeInvalidAsset},
		{name: "with a long reference", command: referring(deposit(alice, btc, "1"), strings.Repeat("x", 129)), refused: exchange.CodeInvalidParameter},
		{name: "with a reference that no text column takes", command: referring(deposit(alice, btc, "1"), "a\x00b"), refused: exchange.CodeInvalidParameter},
		{name: "with a reference that is not UTF-8", command: referring(deposit(alice, btc, "1"), "\xff"), refused: exchange.CodeInvalidParameter},
		{
			name: "as much as there can be", command: deposit(alice, btc, "92233720338.54775807"),
			balances: []string{"alice BTC 92233720348.54775807", "external BTC -92233720368.54775807"},
		},
		{name: "more than all accounts together can hold", command: deposit(alice, btc, "92233720338.54775809"), refused: exchange.CodeOverflow},
	})
}

func referring(c exchange.Command, reference string) exchange.Command {
	c.Reference = reference
	return c
}

func TestWithdrawal(t *testing.T) {
	t.Parallel()
	const id = 10 // the first command after the deposits of newDesk
	requested := []exchange.Command{withdraw(alice, btc, "4")}
	end := func(kind exchange.CommandKind, account exchange.AccountID) exchange.Command {
		return exchange.Command{Kind: kind, Account: account, Withdrawal: id}
	}
	settle, undo := exchange.SettleWithdrawal, exchange.CancelWithdrawal
	run(t, []scenario{
		{name: "a request holds the amount", command: withdraw(alice, btc, "4"), balances: []string{"alice BTC 6 + 4", "external BTC -30"}},
		{name: "a settled one is gone", before: requested, command: end(settle, 0), balances: []string{"alice BTC 6", "external BTC -26"}},
		{name: "a cancelled one is back", before: requested, command: end(undo, alice), balances: []string{"alice BTC 10", "external BTC -30"}},
		{name: "an operator may cancel it", before: requested, command: end(undo, 0), balances: []string{"alice BTC 10"}},
		{name: "another account may not", before: requested, command: end(undo, bob), refused: exchange.CodeNotFound},
		{name: "it ends once", before: []exchange.Command{withdraw(alice, btc, "4"), end(undo, alice)}, command: end(settle, 0), refused: exchange.CodeNotFound},
		{name: "an unknown one", command: end(settle, 0), refused: exchange.CodeNotFound},
		{name: "what is held cannot be sold", before: requested, command: limit(alice, sell, "7", "100"), refused: exchange.CodeInsufficientBalance},
		{name: "what is locked cannot be withdrawn", before: []exchange.Command{limit(alice, sell, "7", "100")}, command: withdraw(alice, btc, "4"), refused: exchange.CodeInsufficientBalance},
		{name: "beyond the balance", command: withdraw(alice, btc, "10.00000001"), refused: exchange.CodeInsufficientBalance},
		{name: "of nothing", command: withdraw(alice, btc, "0"), refused: exchange.CodeInvalidParameter},
		{name: "by an account of the exchange itself", command: withdraw(exchange.Fees, btc, "1"), refused: exchange.CodeNotFound},
		{name: "with a reference that no text column takes", command: referring(withdraw(alice, btc, "1"), "\x00"), refused: exchange.CodeInvalidParameter},
	})
}

func TestWithdrawalIsAnsweredAndRecordedAtEachStep(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	held := d.mustApply(withdraw(alice, btc, "4"))
	want := exchange.Withdrawal{
		ID: held.Seq, Account: alice, Asset: btc.ID, Amount: amount("4"), Reference: "away",
		Status: exchange.WithdrawalHeld, RequestedAt: held.At, UpdatedAt: held.At,
	}
	d.endBatch()
	if held.Withdrawal != want || d.record.withdrawals[want.ID] != want {
		t.Errorf("held: answered %+v\nrecorded %+v\nwant %+v", held.Withdrawal, d.record.withdrawals[want.ID], want)
	}
	settled := d.mustApply(exchange.Command{Kind: exchange.SettleWithdrawal, Withdrawal: want.ID})
	want.Status, want.UpdatedAt = exchange.WithdrawalSettled, settled.At
	d.endBatch()
	if settled.Withdrawal != want || d.record.withdrawals[want.ID] != want {
		t.Errorf("settled: answered %+v\nrecorded %+v\nwant %+v", settled.Withdrawal, d.record.withdrawals[want.ID], want)
	}
}
