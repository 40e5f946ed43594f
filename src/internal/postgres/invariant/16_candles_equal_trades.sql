-- Each candle of a minute and of an hour sums up the trades of its time.
WITH lengths (length) AS (
    VALUES (60000), (3600000)
), sums AS (
    SELECT length, market_id, at - at % length AS open_time, max(price) AS high, min(price) AS low,
        sum(quantity) AS volume, sum(quote) AS quote_volume,
        coalesce(sum(quantity) FILTER (WHERE taker_side = 1), 0) AS taker_buy_base,
        coalesce(sum(quote) FILTER (WHERE taker_side = 1), 0) AS taker_buy_quote,
        count(*) AS trades, min(id) AS first_trade, max(id) AS last_trade
    FROM trades, lengths
    GROUP BY 1, 2, 3
), made AS (
    SELECT s.*, f.price AS open, l.price AS close
    FROM sums s
    JOIN trades f ON f.id = s.first_trade
    JOIN trades l ON l.id = s.last_trade
), stored AS (
    SELECT 60000 AS length, * FROM candles
    UNION ALL
    SELECT 3600000, * FROM hourly_candles
)
SELECT format('market %s, %s ms from %s: candle of %s trades (%s to %s), made of %s (%s to %s)', market_id, length, open_time,
    coalesce(c.trades, 0), coalesce(c.first_trade, 0), coalesce(c.last_trade, 0),
    coalesce(m.trades, 0), coalesce(m.first_trade, 0), coalesce(m.last_trade, 0)) AS violation
FROM made m
FULL JOIN stored c USING (length, market_id, open_time)
WHERE (c.open, c.high, c.low, c.close, c.volume, c.quote_volume, c.taker_buy_base, c.taker_buy_quote, c.trades, c.first_trade, c.last_trade)
    IS DISTINCT FROM
    (m.open, m.high, m.low, m.close, m.volume, m.quote_volume, m.taker_buy_base, m.taker_buy_quote, m.trades, m.first_trade, m.last_trade)
ORDER BY market_id, length, open_time
