package rest

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// accountJSON is an account as clients see it.
type accountJSON struct {
	ID        exchange.AccountID `json:"id"`
	Name      string             `json:"name"`
	CreatedAt exchange.Millis    `json:"createdAt"`
}

func newAccountJSON(a exchange.Account) accountJSON {
	return accountJSON{a.ID, a.Name, a.CreatedAt}
}

// createAccount opens an account, for an operator. A password comes as its hash, so
// that it is never sent, and the request's own hash does not help to guess it.
func (c *call) createAccount() error {
	var body struct {
		Name         string `json:"name"`
		PasswordHash string `json:"passwordHash"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if !exchange.ValidAccountName(body.Name) {
		return errInvalid("name", "it must have 3 to 32 characters, of a-z, 0-9, '-' and '_'")
	}
	if body.PasswordHash != "" {
		if _, err := credential.VerifyPassword(body.PasswordHash, ""); err != nil {
			return errInvalid("passwordHash", err.Error())
		}
	}
	key, err := c.idempotency()
	if err != nil {
		return err
	}
	_, taken := c.api.Accounts.AccountByName(c.ctx, body.Name)
	account, err := c.api.Accounts.CreateAccount(c.ctx, body.Name, body.PasswordHash, key)
	if err != nil {
		return err
	}
	if taken == nil { // it was there before, and yet this is no conflict
		c.replayed()
	}
	return c.answerJSON(http.StatusCreated, newAccountJSON(account))
}

// listAccounts answers with the key's own account or, for an operator, with the one
// of a name.
func (c *call) listAccounts() error {
	var account exchange.Account
	var err error
	if name, sent := c.params.value("name"); sent {
		if err := c.allow(exchange.ScopeOperator); err != nil {
			return err
		}
		account, err = c.api.Accounts.AccountByName(c.ctx, name)
	} else {
		account, err = c.api.Accounts.Account(c.ctx, c.key.Account)
	}
	switch exchange.CodeOf(err) {
	case "":
		return c.answerJSON(http.StatusOK, []accountJSON{newAccountJSON(account)})
	case exchange.CodeNotFound:
		return c.answerJSON(http.StatusOK, []accountJSON{})
	}
	return err
}

func (c *call) getAccount() error {
	account, err := c.pathAccount()
	if err != nil {
		return err
	}
	return c.answerJSON(http.StatusOK, newAccountJSON(account))
}

// pathAccount reads the account in the path, which must be the key's own or exist
// and be an operator's to see.
func (c *call) pathAccount() (exchange.Account, error) {
	id, err := c.pathID()
	if err != nil {
		return exchange.Account{}, err
	}
	if err := c.mayRead(exchange.AccountID(id)); err != nil {
		return exchange.Account{}, err
	}
	return c.api.Accounts.Account(c.ctx, exchange.AccountID(id))
}
