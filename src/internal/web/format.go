package web

import (
	"math/big"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// none stands where there is no figure.
const none = "–"

// decimalsOf returns how many decimals the multiples of a step have, 0 to 8.
func decimalsOf(step exchange.Amount) int {
	decimals := exchange.Decimals
	for ; decimals > 0 && step%10 == 0; decimals-- {
		step /= 10
	}
	return decimals
}

// decimal renders an amount with at least so many decimals. It never rounds: what has
// more is shown with more.
func decimal(a exchange.Amount, decimals int) string {
	text := a.String()
	least := len(text) - exchange.Decimals + decimals
	text = text[:least] + strings.TrimRight(text[least:], "0")
	return strings.TrimSuffix(text, ".")
}

// figure is decimal, or a dash for 0: a price that was never paid.
func figure(a exchange.Amount, decimals int) string {
	if a == 0 {
		return none
	}
	return decimal(a, decimals)
}

// change renders how far last is from open, in percent with a sign and two decimals.
func change(open, last exchange.Amount) string {
	if open <= 0 || last <= 0 {
		return none
	}
	ratio := big.NewRat(int64(last-open), int64(open))
	text := ratio.Mul(ratio, big.NewRat(100, 1)).FloatString(2)
	switch {
	case text == "-0.00" || text == "0.00":
		return "0.00 %"
	case text[0] != '-':
		text = "+" + text
	}
	return strings.Replace(text, "-", "−", 1) + " %"
}

// trend is the class of a change: "up", "down" or "".
func trend(open, last exchange.Amount) string {
	switch {
	case open <= 0 || last == open:
		return ""
	case last > open:
		return "up"
	}
	return "down"
}

// clock renders a time of day, UTC.
func clock(at exchange.Millis) string { return time.UnixMilli(int64(at)).UTC().Format("15:04:05") }

// moment renders a time that may be of another day, UTC.
func moment(at exchange.Millis) string {
	return time.UnixMilli(int64(at)).UTC().Format("Jan _2 15:04:05")
}

// stamp renders a point in time, UTC, for people and machines (RFC 3339).
func stamp(at exchange.Millis) string {
	return time.UnixMilli(int64(at)).UTC().Format("2006-01-02T15:04:05Z")
}

// average renders what an order has paid or earned for one whole base asset, rounded:
// the one figure that need not be exact.
func average(o exchange.Order, decimals int) string {
	if o.Executed <= 0 {
		return none
	}
	return "≈ " + big.NewRat(int64(o.CumulativeQuote), int64(o.Executed)).FloatString(decimals)
}

// sideWords renders a side for people.
func sideWords(side exchange.Side) string {
	if side == exchange.Sell {
		return "Sell"
	}
	return "Buy"
}

// sideClass is the class of a side: "buy" or "sell".
func sideClass(side exchange.Side) string { return strings.ToLower(side.String()) }

var typeWords = map[exchange.OrderType]string{exchange.Limit: "Limit", exchange.MarketOrder: "Market", exchange.LimitMaker: "Post only"}

// statusWords renders an order's status for people.
func statusWords(status exchange.OrderStatus) string {
	switch status {
	case exchange.StatusNew:
		return "Open"
	case exchange.StatusPartiallyFilled:
		return "Partly filled"
	case exchange.StatusFilled:
		return "Filled"
	case exchange.StatusCanceled:
		return "Cancelled"
	case exchange.StatusExpired:
		return "Expired"
	case exchange.StatusExpiredInMatch:
		return "Expired (own order)"
	}
	return none
}
