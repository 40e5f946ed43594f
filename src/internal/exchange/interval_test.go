package exchange_test

import (
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestIntervalsAreAligned(t *testing.T) {
	t.Parallel()
	date := func(year int, month time.Month, day, hour, minute int) exchange.Millis {
		return exchange.Millis(time.Date(year, month, day, hour, minute, 0, 0, time.UTC).UnixMilli())
	}
	at := date(2026, 11, 18, 17, 59) + 59_999
	want := map[exchange.Interval][2]exchange.Millis{
		"1m": {date(2026, 11, 18, 17, 59), date(2026, 11, 18, 18, 0)}, "3m": {date(2026, 11, 18, 17, 57), date(2026, 11, 18, 18, 0)},
		"5m": {date(2026, 11, 18, 17, 55), date(2026, 11, 18, 18, 0)}, "15m": {date(2026, 11, 18, 17, 45), date(2026, 11, 18, 18, 0)},
		"30m": {date(2026, 11, 18, 17, 30), date(2026, 11, 18, 18, 0)}, "1h": {date(2026, 11, 18, 17, 0), date(2026, 11, 18, 18, 0)},
		"2h": {date(2026, 11, 18, 16, 0), date(2026, 11, 18, 18, 0)}, "4h": {date(2026, 11, 18, 16, 0), date(2026, 11, 18, 20, 0)},
		"6h": {date(2026, 11, 18, 12, 0), date(2026, 11, 18, 18, 0)}, "8h": {date(2026, 11, 18, 16, 0), date(2026, 11, 19, 0, 0)},
		"12h": {date(2026, 11, 18, 12, 0), date(2026, 11, 19, 0, 0)}, "1d": {date(2026, 11, 18, 0, 0), date(2026, 11, 19, 0, 0)},
		"3d": {date(2026, 11, 18, 0, 0), date(2026, 11, 21, 0, 0)}, // 20775 days after the epoch: 3 × 6925
		"1w": {date(2026, 11, 16, 0, 0), date(2026, 11, 23, 0, 0)}, // a Monday
		"1M": {date(2026, 11, 1, 0, 0), date(2026, 12, 1, 0, 0)},
	}
	for _, interval := range exchange.Intervals {
		open, last := interval.Span(at)
		if got := [2]exchange.Millis{open, last + 1}; got != want[interval] {
			t.Errorf("%s: from %s to %s", interval, time.UnixMilli(int64(open)).UTC(), time.UnixMilli(int64(last)).UTC())
		}
		if again, _ := interval.Span(open); again != open {
			t.Errorf("%s: the first millisecond is in another interval", interval)
		}
	}
}
