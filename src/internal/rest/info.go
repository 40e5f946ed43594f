package rest

import (
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// spot is the only permission that accounts and markets have.
const spot = "SPOT"

// exchangeInfo tells what can be traded, by which rules.
func (c *call) exchangeInfo() error {
	markets, _ := c.markets()
	showSets := c.boolean("showPermissionSets", true)
	if text, sent := c.params.value("permissions"); sent {
		if c.has("symbol") || c.has("symbols") {
			c.fail(errSymbolAnd)
		}
		names := strings.Split(strings.Trim(text, "[]"), ",")
		if !slices.Contains(names, spot) && !slices.Contains(names, `"`+spot+`"`) {
			markets = nil
		}
	}
	if err := c.params.err; err != nil {
		return err
	}
	c.out.open('{')
	c.out.text("timezone", "UTC")
	c.out.number("serverTime", int64(c.now))
	c.out.openMember("rateLimits", '[')
	c.out.rateLimit("REQUEST_WEIGHT", "MINUTE", 1, c.api.WeightLimit)
	c.out.rateLimit("ORDERS", "SECOND", 10, c.api.OrderLimit)
	c.out.close(']')
	c.out.texts("exchangeFilters")
	c.out.openMember("symbols", '[')
	for i := range markets {
		c.out.market(&markets[i], showSets)
	}
	c.out.close(']')
	c.out.close('}')
	return c.answer()
}

func (e *encoder) rateLimit(kind, interval string, count, limit int) {
	e.open('{')
	e.text("rateLimitType", kind)
	e.text("interval", interval)
	e.number("intervalNum", int64(count))
	e.number("limit", int64(limit))
	e.close('}')
}

func (e *encoder) market(m *exchange.Market, showSets bool) {
	e.open('{')
	e.text("symbol", m.Symbol)
	e.text("status", "TRADING")
	e.text("baseAsset", m.Base.Code)
	e.number("baseAssetPrecision", exchange.Decimals)
	e.text("quoteAsset", m.Quote.Code)
	e.number("quotePrecision", exchange.Decimals)
	e.number("quoteAssetPrecision", exchange.Decimals)
	e.number("baseCommissionPrecision", exchange.Decimals)
	e.number("quoteCommissionPrecision", exchange.Decimals)
	e.texts("orderTypes", exchange.Limit.String(), exchange.LimitMaker.String(), exchange.MarketOrder.String())
	for _, absent := range []string{"icebergAllowed", "ocoAllowed", "otoAllowed"} {
		e.boolean(absent, false)
	}
	e.boolean("quoteOrderQtyMarketAllowed", true)
	for _, absent := range []string{"allowTrailingStop", "cancelReplaceAllowed", "amendAllowed"} {
		e.boolean(absent, false)
	}
	e.boolean("isSpotTradingAllowed", true)
	e.boolean("isMarginTradingAllowed", false)
	e.filters(m)
	e.texts("permissions")
	if showSets {
		e.openMember("permissionSets", '[')
		e.texts("", spot)
		e.close(']')
	}
	e.text("defaultSelfTradePreventionMode", exchange.ExpireMaker.String())
	e.texts("allowedSelfTradePreventionModes", exchange.ExpireTaker.String(), exchange.ExpireMaker.String(), exchange.ExpireBoth.String())
	e.close('}')
}

func (e *encoder) filters(m *exchange.Market) {
	e.openMember("filters", '[')
	e.open('{')
	e.text("filterType", "PRICE_FILTER")
	e.amount("minPrice", m.MinPrice)
	e.amount("maxPrice", m.MaxPrice)
	e.amount("tickSize", m.Tick)
	e.close('}')
	e.open('{')
	e.text("filterType", "LOT_SIZE")
	e.amount("minQty", m.MinQuantity)
	e.amount("maxQty", m.MaxQuantity)
	e.amount("stepSize", m.Lot)
	e.close('}')
	e.open('{')
	e.text("filterType", "NOTIONAL")
	e.amount("minNotional", m.MinNotional)
	e.boolean("applyMinToMarket", true)
	e.amount("maxNotional", exchange.MaxAmount)
	e.boolean("applyMaxToMarket", false)
	e.number("avgPriceMins", 0)
	e.close('}')
	e.close(']')
}
