package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// tickerSQL sums up the one-minute candles since $2. Volumes stop at the largest
// amount.
const tickerSQL = `
	SELECT wanted.id, coalesce(o.open, 0), coalesce(g.high, 0), coalesce(g.low, 0), coalesce(c.close, 0),
		coalesce(g.volume, 0), coalesce(g.quote_volume, 0), coalesce(t.quantity, 0),
		coalesce(o.first_trade, -1), coalesce(c.last_trade, -1), coalesce(g.trades, 0)
	FROM unnest($1::integer[]) WITH ORDINALITY AS wanted (id, place)
	CROSS JOIN LATERAL (
		SELECT min(open_time) AS first, max(open_time) AS last, max(high) AS high, min(low) AS low,
			least(sum(volume), 9223372036854775807)::bigint AS volume,
			least(sum(quote_volume), 9223372036854775807)::bigint AS quote_volume,
			sum(trades)::bigint AS trades
		FROM candles WHERE market_id = wanted.id AND open_time >= $2
	) g
	LEFT JOIN candles o ON o.market_id = wanted.id AND o.open_time = g.first
	LEFT JOIN candles c ON c.market_id = wanted.id AND c.open_time = g.last
	LEFT JOIN trades t ON t.id = c.last_trade
	ORDER BY place`

// Tickers implements exchange.Books. The 24 hours begin with the minute in which they
// began.
func (db *DB) Tickers(ctx context.Context, markets []exchange.MarketID) ([]exchange.Ticker, error) {
	now := db.millis()
	begin, _ := exchange.Interval("1m").Span(now - day)
	found, err := rows(ctx, db.pool, func(row pgx.CollectableRow) (exchange.Ticker, error) {
		t := exchange.Ticker{OpenTime: begin, CloseTime: now}
		err := row.Scan(&t.Market, &t.Open, &t.High, &t.Low, &t.Last, &t.Volume, &t.QuoteVolume, &t.LastQuantity,
			&t.FirstTrade, &t.LastTrade, &t.Trades)
		return t, err
	}, tickerSQL, markets, begin)
	if err != nil {
		return nil, fmt.Errorf("reading tickers: %w", err)
	}
	return found, nil
}
