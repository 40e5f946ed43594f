package trading

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// maxReference bounds the free text of deposits and withdrawals, in bytes.
const maxReference = 128

var errNoAccount = &exchange.Error{Code: exchange.CodeNotFound, Field: "account", Message: "No such account."}

// checkTransfer refuses what no deposit or withdrawal can be. A text that the
// database cannot hold must not get as far as a commit, where it would take the
// whole batch with it.
func checkTransfer(command *exchange.Command) error {
	switch {
	case command.Account < exchange.FirstAccount:
		return errNoAccount
	case command.Asset <= 0:
		return &exchange.Error{Code: exchange.CodeInvalidAsset, Field: "asset", Message: "Unknown asset."}
	case command.Amount <= 0:
		return &exchange.Error{Code: exchange.CodeInvalidParameter, Field: "amount", Message: "The amount must be positive."}
	case len(command.Reference) > maxReference || !storable(command.Reference):
		return &exchange.Error{Code: exchange.CodeInvalidParameter, Field: "reference", Message: "A reference is a text of at most 128 bytes."}
	}
	return nil
}

func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// deposit credits an account. The outside world owes the sum of all deposits not
// yet withdrawn; that sum must fit an Amount, so no other balance can overflow.
func (s *State) deposit(command *exchange.Command, stamp Stamp) (exchange.Outcome, error) {
	if err := checkTransfer(command); err != nil {
		return exchange.Outcome{}, err
	}
	owed := s.ledger.Balance(exchange.External, command.Asset).Available
	if _, err := owed.Sub(command.Amount); err != nil {
		return exchange.Outcome{}, exchange.ErrOverflow
	}
	err := s.move(
		exchange.Entry{Account: exchange.External, Asset: command.Asset, Available: -command.Amount},
		exchange.Entry{Account: command.Account, Asset: command.Asset, Available: command.Amount})
	if err != nil {
		return exchange.Outcome{}, err
	}
	outcome, err := s.accept(command, stamp, int64(s.seq+1))
	outcome.Deposit = exchange.Transfer{
		ID: outcome.Seq, Account: command.Account, Asset: command.Asset,
		Amount: command.Amount, Reference: command.Reference, At: stamp.At,
	}
	s.changes.deposits = append(s.changes.deposits, outcome.Deposit)
	return outcome, err
}

func (s *State) requestWithdrawal(command *exchange.Command, stamp Stamp) (exchange.Outcome, error) {
	if err := checkTransfer(command); err != nil {
		return exchange.Outcome{}, err
	}
	if s.ledger.Balance(command.Account, command.Asset).Available < command.Amount {
		return exchange.Outcome{}, exchange.ErrInsufficientBalance
	}
	err := s.move(exchange.Entry{Account: command.Account, Asset: command.Asset, Available: -command.Amount, Locked: command.Amount})
	if err != nil {
		return exchange.Outcome{}, err
	}
	outcome, err := s.accept(command, stamp, int64(s.seq+1))
	w := &exchange.Withdrawal{
		ID: outcome.Seq, Account: command.Account, Asset: command.Asset, Amount: command.Amount, Reference: command.Reference,
		Status: exchange.WithdrawalHeld, RequestedAt: stamp.At, UpdatedAt: stamp.At,
	}
	s.held[w.ID] = w
	s.changes.withdrawals = append(s.changes.withdrawals, *w)
	outcome.Withdrawal = *w
	return outcome, err
}

// endWithdrawal settles or cancels a held withdrawal. A command with an account
// may only end that account's; one without (an operator's) any.
func (s *State) endWithdrawal(command *exchange.Command, stamp Stamp, status exchange.WithdrawalStatus) (exchange.Outcome, error) {
	w := s.held[command.Withdrawal]
	if w == nil || (command.Account != 0 && w.Account != command.Account) {
		return exchange.Outcome{}, &exchange.Error{Code: exchange.CodeNotFound, Field: "id", Message: "No such held withdrawal."}
	}
	back := exchange.Entry{Account: w.Account, Asset: w.Asset, Available: w.Amount}
	if status == exchange.WithdrawalSettled {
		back.Account = exchange.External
	}
	if err := s.move(back, exchange.Entry{Account: w.Account, Asset: w.Asset, Locked: -w.Amount}); err != nil {
		return exchange.Outcome{}, err
	}
	outcome, err := s.accept(command, stamp, int64(w.ID))
	w.Status, w.UpdatedAt = status, stamp.At
	delete(s.held, w.ID)
	s.changes.withdrawals = append(s.changes.withdrawals, *w)
	outcome.Withdrawal = *w
	return outcome, err
}

// move adds entries that have been checked to be possible.
func (s *State) move(entries ...exchange.Entry) error {
	for _, e := range entries {
		if err := s.ledger.Move(e.Account, e.Asset, e.Available, e.Locked); err != nil {
			return &Fault{Err: fmt.Errorf("moving asset %d: %w", e.Asset, err)}
		}
	}
	return nil
}
