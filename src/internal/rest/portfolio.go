package rest

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// holdingJSON is an asset of a portfolio and its worth.
type holdingJSON struct {
	Asset     string          `json:"asset"`
	Available exchange.Amount `json:"available"`
	Locked    exchange.Amount `json:"locked"`
	Total     exchange.Amount `json:"total"`
	Price     exchange.Amount `json:"price"` // rounded down; Value is computed from the exact one
	Value     exchange.Amount `json:"value"` // rounded down
	Via       []string        `json:"via"`
}

// portfolioJSON is what an account owns, valued in one asset.
type portfolioJSON struct {
	Account  exchange.AccountID `json:"account"`
	Quote    string             `json:"quote"`
	At       exchange.Millis    `json:"at"`
	Value    exchange.Amount    `json:"value"` // the sum of the holdings'
	Holdings []holdingJSON      `json:"holdings"`
	Unpriced []balanceJSON      `json:"unpriced"` // no last price leads to the quote asset
}

// portfolio values what an account owns by last prices.
func (c *call) portfolio() error {
	quote, err := c.asset("quote", c.needed("quote"))
	if c.params.err != nil {
		return c.params.err
	}
	if err != nil {
		return err
	}
	account, err := c.subject()
	if err != nil {
		return err
	}
	balances, err := c.balancesByAsset(account)
	if err != nil {
		return err
	}
	v := &valuer{markets: c.api.Catalog.Markets(), last: c.api.View.LastPrice, quote: quote.ID}
	p := portfolioJSON{Account: account, Quote: quote.Code, At: c.now, Holdings: []holdingJSON{}, Unpriced: []balanceJSON{}}
	for _, asset := range c.api.Catalog.Assets() {
		b := balances[asset.ID]
		if b.Available == 0 && b.Locked == 0 {
			continue
		}
		if err := p.add(asset, b, v); err != nil {
			return err
		}
	}
	return c.answerJSON(http.StatusOK, p)
}

// add values one balance.
func (p *portfolioJSON) add(asset exchange.Asset, b exchange.Balance, v *valuer) error {
	valuation, priced := v.value(asset.ID)
	if !priced {
		p.Unpriced = append(p.Unpriced, balanceJSON{asset.Code, b.Available, b.Locked})
		return nil
	}
	h := holdingJSON{Asset: asset.Code, Available: b.Available, Locked: b.Locked, Via: valuation.via}
	var err error
	if h.Total, err = b.Available.Add(b.Locked); err != nil {
		return exchange.ErrOverflow
	}
	if h.Price, err = valuation.times(exchange.Unit); err != nil {
		return err
	}
	if h.Value, err = valuation.times(h.Total); err != nil {
		return err
	}
	if p.Value, err = p.Value.Add(h.Value); err != nil {
		return exchange.ErrOverflow
	}
	p.Holdings = append(p.Holdings, h)
	return nil
}
