package rest

import (
	"math/big"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// valuer prices assets in one quote asset by the markets' last prices.
type valuer struct {
	markets []exchange.Market // in the order in which they are tried
	last    func(exchange.MarketID) exchange.Amount
	quote   exchange.AssetID
}

// valuation is how an asset is priced: exactly, over one market or two.
type valuation struct {
	rate *big.Rat // quote for one whole asset
	via  []string // the markets' symbols
}

// value prices an asset: 1 for the quote asset itself, else by their market, else
// by a market of each with the same third asset. ok is false if last prices do not
// reach that far.
func (v *valuer) value(asset exchange.AssetID) (result valuation, ok bool) {
	if asset == v.quote {
		return valuation{big.NewRat(1, 1), []string{}}, true
	}
	if result, ok = v.direct(asset, v.quote); ok {
		return result, true
	}
	for i := range v.markets {
		m := &v.markets[i]
		between := m.Quote.ID
		if between == asset {
			between = m.Base.ID
		} else if m.Base.ID != asset {
			continue
		}
		first, has := v.direct(asset, between)
		second, hasToo := v.direct(between, v.quote)
		if has && hasToo {
			return valuation{first.rate.Mul(first.rate, second.rate), append(first.via, second.via...)}, true
		}
	}
	return valuation{}, false
}

// direct prices by a market of both assets, whichever is its base.
func (v *valuer) direct(from, to exchange.AssetID) (valuation, bool) {
	for i := range v.markets {
		m := &v.markets[i]
		forward := m.Base.ID == from && m.Quote.ID == to
		backward := m.Base.ID == to && m.Quote.ID == from
		if !forward && !backward {
			continue
		}
		price := v.last(m.ID)
		switch {
		case price == 0: // never traded
		case forward:
			return valuation{big.NewRat(int64(price), int64(exchange.Unit)), []string{m.Symbol}}, true
		default:
			return valuation{big.NewRat(int64(exchange.Unit), int64(price)), []string{m.Symbol}}, true
		}
	}
	return valuation{}, false
}

// times returns what an amount is worth, rounded down to a unit, or ErrOverflow.
func (v valuation) times(amount exchange.Amount) (exchange.Amount, error) {
	worth := new(big.Rat).Mul(v.rate, new(big.Rat).SetInt64(int64(amount)))
	units := new(big.Int).Div(worth.Num(), worth.Denom()) // rounds down, negative amounts too
	if !units.IsInt64() {
		return 0, exchange.ErrOverflow
	}
	return exchange.Amount(units.Int64()), nil
}
