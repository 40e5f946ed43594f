package web

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// maxFieldBytes bounds a field's text, which is shown again beside its error.
const maxFieldBytes = 64

// The kinds of orders that the form offers.
const (
	kindLimit       = "limit"
	kindMarket      = "market"       // by quantity
	kindMarketQuote = "market-quote" // by what to spend or to earn
	kindPostOnly    = "post-only"
)

// orderForm is the order form as the visitor filled it in, with what is wrong with it.
type orderForm struct {
	Once                         string // random, new with every page: sending a page's form twice takes effect once
	Side, Kind, TIF              string
	Price, Quantity, QuoteAmount string
	Problems                     map[string]string // by field
	Problem                      string            // of the form as a whole
}

// newOrderForm returns an empty form, set to the side and kind of the order that the
// visitor has just placed, if any.
func newOrderForm(last *exchange.Order) orderForm {
	form := orderForm{Once: credential.NewToken(16), Side: exchange.Buy.String(), Kind: kindLimit, TIF: exchange.GTC.String()}
	if last == nil {
		return form
	}
	form.Side = last.Side.String()
	switch {
	case last.Type == exchange.LimitMaker:
		form.Kind = kindPostOnly
	case last.Type == exchange.MarketOrder && last.QuoteQuantity > 0:
		form.Kind = kindMarketQuote
	case last.Type == exchange.MarketOrder:
		form.Kind = kindMarket
	default:
		form.TIF = last.TimeInForce.String()
	}
	return form
}

// readOrderForm takes the fields over as they are.
func readOrderForm(values url.Values) orderForm {
	field := func(name string) string { return clip(strings.TrimSpace(values.Get(name)), maxFieldBytes) }
	return orderForm{
		Once: field("once"), Side: field("side"), Kind: field("kind"), TIF: field("tif"),
		Price: field("price"), Quantity: field("quantity"), QuoteAmount: field("quote-amount"),
		Problems: map[string]string{},
	}
}

// clip bounds a text. What it cuts was never valid input.
func clip(text string, most int) string { return strings.ToValidUTF8(text[:min(len(text), most)], "") }

// order reads the fields that go with the kind of order; ok is false if Problems
// says what is wrong with them. The other fields do not count.
func (f *orderForm) order() (order exchange.NewOrder, ok bool) {
	order = exchange.NewOrder{
		ClientID: "web-" + credential.NewToken(18), Type: exchange.Limit,
		TimeInForce: exchange.GTC, SelfTrade: exchange.ExpireMaker,
	}
	var known bool
	if order.Side, known = exchange.ParseSide(f.Side); !known {
		f.Problems["side"] = "Choose whether to buy or to sell."
	}
	switch f.Kind {
	case kindLimit:
		if order.TimeInForce, known = exchange.ParseTimeInForce(f.TIF); !known {
			f.Problems["tif"] = "Choose how long the order is valid."
		}
		order.Price, order.Quantity = f.amount("price", f.Price), f.amount("quantity", f.Quantity)
	case kindPostOnly:
		order.Type = exchange.LimitMaker
		order.Price, order.Quantity = f.amount("price", f.Price), f.amount("quantity", f.Quantity)
	case kindMarket:
		order.Type = exchange.MarketOrder
		order.Quantity = f.amount("quantity", f.Quantity)
	case kindMarketQuote:
		order.Type = exchange.MarketOrder
		order.QuoteQuantity = f.amount("quote-amount", f.QuoteAmount)
	default:
		f.Problems["kind"] = "Choose the kind of order."
	}
	return order, len(f.Problems) == 0
}

// amount reads a field that must be a positive decimal.
func (f *orderForm) amount(field, text string) exchange.Amount {
	amount, err := exchange.ParseAmount(text)
	switch {
	case text == "":
		f.Problems[field] = "Enter a number."
	case strings.Contains(text, ","):
		f.Problems[field] = "Write the decimals after a point, and no commas: 1234.56."
	case errors.Is(err, exchange.ErrAmountPrecision):
		f.Problems[field] = "Use at most 8 decimal places."
	case errors.Is(err, exchange.ErrAmountOverflow):
		f.Problems[field] = "This number is too large."
	case err != nil:
		f.Problems[field] = "Write a plain number such as 0.015."
	case amount <= 0:
		f.Problems[field] = "Enter a number above 0."
	}
	return amount
}

// idempotency names this form with these values, so that a second click, a reload or
// a second try after a lost answer do not place a second order, while the same page
// may send another one after going back and changing it.
func (f *orderForm) idempotency(account exchange.AccountID, symbol string) *exchange.IdempotencyKey {
	fields := []string{f.Once, symbol, f.Side, f.Kind, f.TIF, f.Price, f.Quantity, f.QuoteAmount}
	sum := sha256.Sum256([]byte(strings.Join(fields, "\n")))
	return &exchange.IdempotencyKey{
		Scope: "web/" + strconv.FormatInt(int64(account), 10),
		Key:   base64.RawURLEncoding.EncodeToString(sum[:]),
		Hash:  sum[:],
	}
}

// field is a text field of the form as its template shows it.
type field struct{ Name, Label, Unit, Value, Problem string }

func newField(name, label, unit, value string, problems map[string]string) field {
	return field{Name: name, Label: label, Unit: unit, Value: value, Problem: problems[name]}
}
