package rest

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// balanceJSON is what an account owns of an asset.
type balanceJSON struct {
	Asset     string          `json:"asset"`
	Available exchange.Amount `json:"available"`
	Locked    exchange.Amount `json:"locked"`
}

// balances answers with what an account owns, assets it never had left out.
func (c *call) balances() error {
	account, err := c.subject()
	if err != nil {
		return err
	}
	balances, err := c.balancesByAsset(account)
	if err != nil {
		return err
	}
	list := make([]balanceJSON, 0, len(balances))
	for _, asset := range c.api.Catalog.Assets() {
		if b, has := balances[asset.ID]; has {
			list = append(list, balanceJSON{asset.Code, b.Available, b.Locked})
		}
	}
	return c.answerJSON(http.StatusOK, struct {
		Account  exchange.AccountID `json:"account"`
		Balances []balanceJSON      `json:"balances"`
	}{account, list})
}
