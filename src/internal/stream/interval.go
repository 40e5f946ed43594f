package stream

import (
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const day = exchange.Millis(24 * time.Hour / time.Millisecond)

// fixedIntervals are the intervals of a fixed length. The epoch was a Thursday, so
// weeks are shifted to begin on Monday.
var fixedIntervals = map[exchange.Interval]struct{ length, shift exchange.Millis }{
	"1m": {length: day / 1440}, "3m": {length: day / 480}, "5m": {length: day / 288}, "15m": {length: day / 96}, "30m": {length: day / 48},
	"1h": {length: day / 24}, "2h": {length: day / 12}, "4h": {length: day / 6}, "6h": {length: day / 4}, "8h": {length: day / 3}, "12h": {length: day / 2},
	"1d": {length: day}, "3d": {length: 3 * day}, "1w": {length: 7 * day, shift: 4 * day},
}

// bucket returns the first and the last millisecond of the interval in which at lies.
func bucket(interval exchange.Interval, at exchange.Millis) (open, last exchange.Millis) {
	if interval == "1M" {
		t := time.UnixMilli(int64(at)).UTC()
		first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
		return exchange.Millis(first.UnixMilli()), exchange.Millis(first.AddDate(0, 1, 0).UnixMilli()) - 1
	}
	i := fixedIntervals[interval]
	open = at - (at-i.shift)%i.length
	return open, open + i.length - 1
}
