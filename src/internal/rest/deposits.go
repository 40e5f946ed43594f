package rest

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const usualTransfers = 100

// depositJSON is a deposit as clients see it.
type depositJSON struct {
	ID        exchange.Seq       `json:"id"`
	Account   exchange.AccountID `json:"account"`
	Asset     string             `json:"asset"`
	Amount    exchange.Amount    `json:"amount"`
	Reference string             `json:"reference"`
	At        exchange.Millis    `json:"at"`
}

func (c *call) depositJSON(t exchange.Transfer) depositJSON {
	return depositJSON{t.ID, t.Account, c.assetCode(t.Asset), t.Amount, t.Reference, t.At}
}

// deposit credits an account, for an operator who has seen the asset arrive.
func (c *call) deposit() error {
	var body struct {
		Account   exchange.AccountID `json:"account"`
		Asset     string             `json:"asset"`
		Amount    exchange.Amount    `json:"amount"`
		Reference string             `json:"reference"`
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
	if err := checkText("reference", body.Reference, maxReference); err != nil {
		return err
	}
	outcome, err := c.submit(exchange.Command{
		Kind: exchange.Deposit, Account: body.Account, Asset: asset.ID, Amount: body.Amount, Reference: body.Reference,
	})
	if err != nil {
		return err
	}
	return c.answerJSON(http.StatusCreated, c.depositJSON(outcome.Deposit))
}

func (c *call) deposits() error {
	limit := c.limit(usualTransfers, maxRows)
	account, err := c.subject()
	if err != nil {
		return err
	}
	deposits, err := c.api.Books.Deposits(c.ctx, account, limit)
	if err != nil {
		return err
	}
	list := make([]depositJSON, len(deposits))
	for i, t := range deposits {
		list[i] = c.depositJSON(t)
	}
	return c.answerJSON(http.StatusOK, list)
}
