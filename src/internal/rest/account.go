package rest

import "github.com/bitpin/exchange/src/internal/exchange"

// account answers with the account's balances and what the key may do.
func (c *call) account() error {
	omitZero := c.boolean("omitZeroBalances", false)
	if err := c.params.err; err != nil {
		return err
	}
	balances, err := c.balancesByAsset(c.key.Account)
	if err != nil {
		return err
	}
	c.out.open('{')
	c.commissions()
	c.out.boolean("canTrade", c.key.Scopes.Has(exchange.ScopeTrade))
	c.out.boolean("canWithdraw", c.key.Scopes.Has(exchange.ScopeWithdraw))
	c.out.boolean("canDeposit", true)
	c.out.boolean("brokered", false)
	c.out.boolean("requireSelfTradePrevention", true)
	c.out.boolean("preventSor", false)
	c.out.number("updateTime", int64(c.now))
	c.out.text("accountType", spot)
	c.out.openMember("balances", '[')
	for _, asset := range c.api.Catalog.Assets() {
		b := balances[asset.ID]
		if omitZero && b.Available == 0 && b.Locked == 0 {
			continue
		}
		c.out.open('{')
		c.out.text("asset", asset.Code)
		c.out.amount("free", b.Available)
		c.out.amount("locked", b.Locked)
		c.out.close('}')
	}
	c.out.close(']')
	c.out.texts("permissions", spot)
	c.out.number("uid", int64(c.key.Account))
	c.out.close('}')
	return c.answer()
}

// commissions appends the fees: as Binance has it, in basis points and as fractions.
func (c *call) commissions() {
	const basisPoint = exchange.FeeUnit / 10_000
	maker, taker := c.api.MakerFee, c.api.TakerFee
	c.out.number("makerCommission", int64(maker/basisPoint))
	c.out.number("takerCommission", int64(taker/basisPoint))
	c.out.number("buyerCommission", 0)
	c.out.number("sellerCommission", 0)
	c.out.openMember("commissionRates", '{')
	c.out.text("maker", maker.String())
	c.out.text("taker", taker.String())
	c.out.amount("buyer", 0)
	c.out.amount("seller", 0)
	c.out.close('}')
}

// balancesByAsset reads an account's balances; an asset that it never had is absent.
func (c *call) balancesByAsset(account exchange.AccountID) (map[exchange.AssetID]exchange.Balance, error) {
	list, err := c.api.Books.Balances(c.ctx, account)
	if err != nil {
		return nil, err
	}
	balances := make(map[exchange.AssetID]exchange.Balance, len(list))
	for _, b := range list {
		balances[b.Asset] = b
	}
	return balances, nil
}
