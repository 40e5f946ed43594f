package exchange

import "time"

// Interval is a candle's length.
type Interval string

// Intervals lists the lengths of candles, shortest first. Those from "1m" to "3d"
// are aligned to the epoch, weeks begin on Monday, months are calendar months, all UTC.
var Intervals = []Interval{"1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"}

const (
	minute = Millis(time.Minute / time.Millisecond)
	hour   = 60 * minute
	day    = 24 * hour
)

// fixed are the intervals of a fixed length. The epoch was a Thursday, so weeks are
// shifted to begin on Monday.
var fixed = map[Interval]struct{ length, shift Millis }{
	"1m": {length: minute}, "3m": {length: 3 * minute}, "5m": {length: 5 * minute}, "15m": {length: 15 * minute}, "30m": {length: 30 * minute},
	"1h": {length: hour}, "2h": {length: 2 * hour}, "4h": {length: 4 * hour}, "6h": {length: 6 * hour}, "8h": {length: 8 * hour}, "12h": {length: 12 * hour},
	"1d": {length: day}, "3d": {length: 3 * day}, "1w": {length: 7 * day, shift: 4 * day},
}

// Fixed returns the length of an interval and the begin of one of its kind, and false
// for one whose length the calendar says.
func (i Interval) Fixed() (length, begin Millis, ok bool) {
	f, ok := fixed[i]
	return f.length, f.shift, ok
}

// Span returns the first and the last millisecond of the interval in which at lies. i
// is one of Intervals.
func (i Interval) Span(at Millis) (open, last Millis) {
	length, begin, ok := i.Fixed()
	if !ok {
		t := time.UnixMilli(int64(at)).UTC()
		first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
		return Millis(first.UnixMilli()), Millis(first.AddDate(0, 1, 0).UnixMilli()) - 1
	}
	open = at - (at-begin)%length
	return open, open + length - 1
}
