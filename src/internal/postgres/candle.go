package postgres

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	minute = exchange.Millis(time.Minute / time.Millisecond)
	hour   = 60 * minute
	day    = 24 * hour

	maxMonth = 31 * day
	monthSQL = "(extract(epoch FROM date_trunc('month', to_timestamp(open_time / 1000), 'UTC')) * 1000)::bigint"
)

// candleSQL makes the candles of an interval from those of an hour or a minute. $4
// candles are made of at most $4 × $5 of them; of more, the surplus falls off with the
// one that may be incomplete. Volumes stop at the largest amount.
const candleSQL = `
	SELECT bucket, o.open, g.high, g.low, c.close, g.volume, g.quote_volume, g.taker_buy_base, g.taker_buy_quote, g.trades
	FROM (
		SELECT %[1]s AS bucket, min(open_time) AS first, max(open_time) AS last, max(high) AS high, min(low) AS low,
			least(sum(volume), 9223372036854775807)::bigint AS volume,
			least(sum(quote_volume), 9223372036854775807)::bigint AS quote_volume,
			least(sum(taker_buy_base), 9223372036854775807)::bigint AS taker_buy_base,
			least(sum(taker_buy_quote), 9223372036854775807)::bigint AS taker_buy_quote,
			sum(trades)::bigint AS trades
		FROM (
			SELECT * FROM %[3]s WHERE market_id = $1 AND open_time BETWEEN $2 AND $3
			ORDER BY open_time %[2]s LIMIT $4::bigint * $5::bigint
		) parts GROUP BY bucket ORDER BY bucket %[2]s LIMIT $4
	) g
	JOIN %[3]s o ON o.market_id = $1 AND o.open_time = g.first
	JOIN %[3]s c ON c.market_id = $1 AND c.open_time = g.last
	ORDER BY bucket`

// Candles implements exchange.Books. They are those that open from Start to End, both
// inclusive. An interval without a trade has none.
func (db *DB) Candles(ctx context.Context, q exchange.CandleQuery) ([]exchange.Candle, error) {
	if !slices.Contains(exchange.Intervals, q.Interval) {
		return nil, &exchange.Error{Code: exchange.CodeInvalidParameter, Field: "interval", Message: "Invalid interval."}
	}
	bucket, longest := monthSQL, maxMonth
	if length, begin, fixed := q.Interval.Fixed(); fixed {
		bucket, longest = fmt.Sprintf("open_time - (open_time - %d) %% %d", begin, length), length
	}
	table, parts := "candles", longest/minute
	if longest%hour == 0 {
		table, parts = "hourly_candles", longest/hour
	}
	from, until, order := exchange.Millis(0), exchange.Millis(math.MaxInt64), "DESC"
	if q.Start > 0 {
		open, last := q.Interval.Span(q.Start)
		from, order = open, "ASC"
		if open < q.Start {
			from = last + 1
		}
	}
	if q.End > 0 {
		_, until = q.Interval.Span(q.End)
	}
	found, err := rows(ctx, db.pool, func(row pgx.CollectableRow) (c exchange.Candle, err error) {
		err = row.Scan(&c.OpenTime, &c.Open, &c.High, &c.Low, &c.Close, &c.Volume, &c.QuoteVolume, &c.TakerBuyBase, &c.TakerBuyQuote, &c.Trades)
		_, c.CloseTime = q.Interval.Span(c.OpenTime)
		return c, err
	}, fmt.Sprintf(candleSQL, bucket, order, table), q.Market, from, until, q.Limit, parts)
	if err != nil {
		return nil, fmt.Errorf("reading candles: %w", err)
	}
	return found, nil
}
