package exchange

import "fmt"

// MarketID identifies a market inside the exchange.
type MarketID int32

// Market is a pair of assets that trade against each other, with its filters.
// Prices are quote for one whole base; tick × lot is a whole unit of the quote
// asset, so every notional is exact. Tick and Lot never change once orders exist.
type Market struct {
	ID          MarketID
	Symbol      string // Base.Code + Quote.Code
	Base, Quote Asset
	Tick        Amount // price step, > 0
	Lot         Amount // quantity step, > 0
	MinPrice    Amount
	MaxPrice    Amount
	MinQuantity Amount
	MaxQuantity Amount
	MinNotional Amount
}

// Validate reports the first rule that the market breaks.
func (m Market) Validate() error {
	switch {
	case !ValidAssetCode(m.Base.Code) || !ValidAssetCode(m.Quote.Code) || m.Base.Code == m.Quote.Code:
		return fmt.Errorf("market %s: base and quote must be two different asset codes", m.Symbol)
	case m.Symbol != m.Base.Code+m.Quote.Code:
		return fmt.Errorf("market %s: symbol must be %s%s", m.Symbol, m.Base.Code, m.Quote.Code)
	case m.Tick <= 0 || m.Lot <= 0:
		return fmt.Errorf("market %s: tick and lot must be positive", m.Symbol)
	case m.MinPrice < m.Tick || m.MaxPrice < m.MinPrice || !m.MinPrice.MultipleOf(m.Tick) || !m.MaxPrice.MultipleOf(m.Tick):
		return fmt.Errorf("market %s: price bounds must be multiples of the tick, lowest first", m.Symbol)
	case m.MinQuantity < m.Lot || m.MaxQuantity < m.MinQuantity || !m.MinQuantity.MultipleOf(m.Lot) || !m.MaxQuantity.MultipleOf(m.Lot):
		return fmt.Errorf("market %s: quantity bounds must be multiples of the lot, lowest first", m.Symbol)
	case m.MinNotional < 0:
		return fmt.Errorf("market %s: minimum notional must not be negative", m.Symbol)
	}
	if _, err := Notional(m.Tick, m.Lot); err != nil {
		return fmt.Errorf("market %s: tick × lot must be a whole unit of the quote asset: %w", m.Symbol, err)
	}
	if _, err := Notional(m.MaxPrice, m.MaxQuantity); err != nil {
		return fmt.Errorf("market %s: highest price × highest quantity: %w", m.Symbol, err)
	}
	return nil
}

// CheckPrice applies the price filter.
func (m Market) CheckPrice(price Amount) error {
	if price < m.MinPrice || price > m.MaxPrice || !price.MultipleOf(m.Tick) {
		return &Error{Code: CodePriceFilter, Field: "price",
			Message: fmt.Sprintf("Filter failure: PRICE_FILTER (from %s to %s in steps of %s)", m.MinPrice, m.MaxPrice, m.Tick)}
	}
	return nil
}

// CheckQuantity applies the lot size filter.
func (m Market) CheckQuantity(quantity Amount) error {
	if quantity < m.MinQuantity || quantity > m.MaxQuantity || !quantity.MultipleOf(m.Lot) {
		return &Error{Code: CodeLotSize, Field: "quantity",
			Message: fmt.Sprintf("Filter failure: LOT_SIZE (from %s to %s in steps of %s)", m.MinQuantity, m.MaxQuantity, m.Lot)}
	}
	return nil
}

// CheckNotional applies the minimum notional filter to a value in the quote asset.
func (m Market) CheckNotional(notional Amount) error {
	if notional < m.MinNotional {
		return &Error{Code: CodeNotional, Field: "notional",
			Message: fmt.Sprintf("Filter failure: NOTIONAL (at least %s %s)", m.MinNotional, m.Quote.Code)}
	}
	return nil
}
