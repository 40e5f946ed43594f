package rest

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// withdrawalJSON is a withdrawal as clients see it.
type withdrawalJSON struct {
	ID          exchange.Seq       `json:"id"`
	Account     exchange.AccountID `json:"account"`
	Asset       string             `json:"asset"`
	Amount      exchange.Amount    `json:"amount"`
	Reference   string             `json:"reference"`
	Status      string             `json:"status"`
	RequestedAt exchange.Millis    `json:"requestedAt"`
	UpdatedAt   exchange.Millis    `json:"updatedAt"`
}

func (c *call) withdrawalJSON(w exchange.Withdrawal) withdrawalJSON {
	return withdrawalJSON{w.ID, w.Account, c.assetCode(w.Asset), w.Amount, w.Reference, w.Status.String(), w.RequestedAt, w.UpdatedAt}
}

// requestWithdrawal holds an amount of the account until an operator settles or
// somebody cancels.
func (c *call) requestWithdrawal() error {
	var body struct {
		Asset     string          `json:"asset"`
		Amount    exchange.Amount `json:"amount"`
		Reference string          `json:"reference"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	asset, err := c.asset("asset", body.Asset)
	if err != nil {
		return err
	}
	if err := checkAmount(body.Amount); err != nil {
		return err
	}
	if body.Reference == "" {
		return errMissing("reference")
	}
	if err := checkText("reference", body.Reference, maxReference); err != nil {
		return err
	}
	return c.withdraw(http.StatusCreated, exchange.Command{
		Kind: exchange.RequestWithdrawal, Account: c.key.Account, Asset: asset.ID, Amount: body.Amount, Reference: body.Reference,
	})
}

// settleWithdrawal says, for an operator, that the asset has left.
func (c *call) settleWithdrawal() error { return c.endWithdrawal(exchange.SettleWithdrawal, 0) }

// cancelWithdrawal gives the amount back: the account's own, or any for an operator.
func (c *call) cancelWithdrawal() error {
	if c.key.Scopes.Has(exchange.ScopeOperator) {
		return c.endWithdrawal(exchange.CancelWithdrawal, 0)
	}
	if err := c.allow(exchange.ScopeWithdraw); err != nil {
		return err
	}
	return c.endWithdrawal(exchange.CancelWithdrawal, c.key.Account)
}

// endWithdrawal ends a withdrawal of an account, 0 for any.
func (c *call) endWithdrawal(kind exchange.CommandKind, account exchange.AccountID) error {
	id, err := c.pathID()
	if err != nil {
		return err
	}
	if err := c.bodiless(); err != nil {
		return err
	}
	return c.withdraw(http.StatusOK, exchange.Command{Kind: kind, Account: account, Withdrawal: exchange.Seq(id)})
}

func (c *call) withdraw(status int, command exchange.Command) error {
	outcome, err := c.submit(command)
	if err != nil {
		return err
	}
	return c.answerJSON(status, c.withdrawalJSON(outcome.Withdrawal))
}

func (c *call) getWithdrawal() error {
	id, err := c.pathID()
	if err != nil {
		return err
	}
	w, err := c.api.Books.Withdrawal(c.ctx, exchange.Seq(id))
	if err != nil {
		return err
	}
	if c.mayRead(w.Account) != nil { // nor may others learn that it exists
		return &exchange.Error{Code: exchange.CodeNotFound, Field: "id", Message: "No such withdrawal."}
	}
	return c.answerJSON(http.StatusOK, c.withdrawalJSON(w))
}

func (c *call) withdrawals() error {
	limit := c.limit(usualTransfers, maxRows)
	account, err := c.subject()
	if err != nil {
		return err
	}
	withdrawals, err := c.api.Books.Withdrawals(c.ctx, account, limit)
	if err != nil {
		return err
	}
	list := make([]withdrawalJSON, len(withdrawals))
	for i, w := range withdrawals {
		list[i] = c.withdrawalJSON(w)
	}
	return c.answerJSON(http.StatusOK, list)
}
