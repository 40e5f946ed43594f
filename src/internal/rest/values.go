package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// The readers below return a parameter's value, or its zero value after noting in
// c.params.err what is wrong with it. Handlers read all they need and then look at
// the error once.

// maxSymbols bounds the list of symbols that one request may name.
const maxSymbols = 100

func (c *call) fail(err error) {
	if c.params.err == nil {
		c.params.err = err
	}
}

// has reports whether a parameter was sent.
func (c *call) has(name string) bool { return c.params.index(name) >= 0 }

// needed returns a parameter that must be there.
func (c *call) needed(name string) string {
	value, _ := c.params.value(name)
	if value == "" {
		c.fail(errMissing(name))
	}
	return value
}

// market returns the market that the parameter symbol names.
func (c *call) market() exchange.Market {
	m, known := c.api.Catalog.Market(c.needed("symbol"))
	if !known {
		c.fail(exchange.ErrInvalidSymbol)
	}
	return m
}

// integer returns a whole number from least to most, or otherwise if it was not sent.
func (c *call) integer(name string, otherwise, least, most int64) int64 {
	text, sent := c.params.value(name)
	if !sent {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		c.fail(errInvalid(name, fmt.Sprintf("it must be from %d to %d", least, most)))
	case err != nil || text[0] == '+':
		c.fail(errMalformed(name, "it must be a whole number"))
	case n < least || n > most:
		c.fail(errInvalid(name, fmt.Sprintf("it must be from %d to %d", least, most)))
	}
	return n
}

// limit returns how many rows are asked for.
func (c *call) limit(otherwise, most int64) int {
	return int(c.integer("limit", otherwise, 1, most))
}

// maxMillis is the last time that a client may name: the year 9999.
const maxMillis = 253402300799999

// period returns startTime and endTime, 0 where they were not sent.
func (c *call) period() (start, end exchange.Millis) {
	start = exchange.Millis(c.integer("startTime", 0, 0, maxMillis))
	end = exchange.Millis(c.integer("endTime", 0, 0, maxMillis))
	if c.has("endTime") && end < start {
		c.fail(errInvalid("endTime", "it must not be before startTime"))
	}
	return start, end
}

// boolean returns true or false, or otherwise if it was not sent.
func (c *call) boolean(name string, otherwise bool) bool {
	text, sent := c.params.value(name)
	switch {
	case !sent:
		return otherwise
	case text != "true" && text != "false":
		c.fail(errMalformed(name, "it must be true or false"))
	}
	return text == "true"
}

// amounts says for each amount which code and words tell that it is not one that
// can be traded.
var amounts = map[string]struct {
	code exchange.Code
	what string
}{
	"price":         {exchange.CodePriceFilter, "price"},
	"quantity":      {exchange.CodeLotSize, "quantity"},
	"quoteOrderQty": {exchange.CodeNotional, "quote order quantity"},
}

// amount returns a positive decimal that must be there.
func (c *call) amount(name string) exchange.Amount {
	a, err := exchange.ParseAmount(c.needed(name))
	switch kind := amounts[name]; {
	case errors.Is(err, exchange.ErrAmountPrecision):
		c.fail(errPrecision(name))
	case errors.Is(err, exchange.ErrAmountOverflow) || (err == nil && a <= 0):
		c.fail(errQuantity(kind.code, name, kind.what))
	case err != nil:
		c.fail(errMissing(name))
	}
	return a
}

// markets returns the markets that symbol or symbols name, or all. one tells that
// the answer is an object and not an array.
func (c *call) markets() (list []exchange.Market, one bool) {
	switch {
	case c.has("symbol") && c.has("symbols"):
		c.fail(errSymbolAnd)
	case c.has("symbol"):
		return []exchange.Market{c.market()}, true
	case c.has("symbols"):
		return c.marketList(), false
	}
	return c.api.Catalog.Markets(), false
}

// marketList reads symbols, a JSON array of strings.
func (c *call) marketList() []exchange.Market {
	text, _ := c.params.value("symbols")
	var names []string
	if json.Unmarshal([]byte(text), &names) != nil || len(names) == 0 || len(names) > maxSymbols {
		c.fail(errMalformed("symbols", fmt.Sprintf("it must be a JSON array of 1 to %d symbols", maxSymbols)))
		return nil
	}
	markets := make([]exchange.Market, 0, len(names))
	for i, name := range names {
		m, known := c.api.Catalog.Market(name)
		if !known {
			c.fail(exchange.ErrInvalidSymbol)
			return nil
		}
		if slices.Contains(names[:i], name) {
			c.fail(errSymbolsDup)
			return nil
		}
		markets = append(markets, m)
	}
	return markets
}

// interval returns the candles' length that must be there.
func (c *call) interval() exchange.Interval {
	interval := exchange.Interval(c.needed("interval"))
	if !slices.Contains(exchange.Intervals, interval) {
		c.fail(errInterval)
	}
	return interval
}
