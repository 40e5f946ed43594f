package web

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// explain puts the reason why an order was not taken into the form, in words, and
// returns the status of the answer. It reports false for an error that is not the
// order's.
func (f *orderForm) explain(m exchange.Market, err error) (status int, explained bool) {
	amount := "quantity"
	if f.Kind == kindMarketQuote {
		amount = "quote-amount"
	}
	rules := newRulesView(m)
	switch exchange.CodeOf(err) {
	case exchange.CodePriceFilter:
		f.Problems["price"] = "The price must be from " + rules.Price + ", in steps of " + rules.Tick + "."
	case exchange.CodeLotSize:
		f.Problems["quantity"] = "The quantity must be from " + rules.Quantity + ", in steps of " + rules.Lot + "."
	case exchange.CodeNotional:
		f.Problems[amount] = "An order must be worth at least " + rules.Notional + "."
	case exchange.CodeOverflow, exchange.CodePrecision:
		f.Problems[amount] = "This number is too large for this market."
	case exchange.CodeInsufficientBalance:
		f.Problem = "Your available balance is too small for this order."
	case exchange.CodeWouldMatch:
		f.Problems["price"] = "At this price the order would trade at once, which post-only forbids."
	case exchange.CodeTooManyOrders:
		f.Problem = "You have too many open orders in this market. Cancel some first."
	case exchange.CodeDuplicateOrder, exchange.CodeIdempotencyInFlight:
		f.Problem = "This order was already sent. Look at your orders."
	case exchange.CodeInvalidParameter, exchange.CodeMissingParameter:
		f.Problem = err.Error()
	case exchange.CodeUnavailable:
		f.Problem = "The exchange is busy. Nothing was placed; try again in a moment."
		return http.StatusServiceUnavailable, true
	case exchange.CodeUnknownOutcome:
		f.Problem = "The exchange did not answer in time: the order may or may not have been placed. " +
			"Look at your orders, or send this form again unchanged: it takes effect once."
		return http.StatusServiceUnavailable, true
	default:
		return 0, false
	}
	return http.StatusUnprocessableEntity, true
}
