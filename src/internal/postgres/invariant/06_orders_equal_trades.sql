-- What an order has executed, in base and in quote, is the sum of its trades.
WITH parts AS (
    SELECT maker_order_id AS id, quantity, quote FROM trades
    UNION ALL
    SELECT taker_order_id, quantity, quote FROM trades
), sums AS (
    SELECT id, sum(quantity) AS quantity, sum(quote) AS quote FROM parts GROUP BY id
)
SELECT format('order %s: executed %s for %s; its trades say %s for %s', id,
    o.executed * 0.00000001, o.cumulative_quote * 0.00000001,
    coalesce(s.quantity, 0) * 0.00000001, coalesce(s.quote, 0) * 0.00000001) AS violation
FROM orders o
LEFT JOIN sums s USING (id)
WHERE o.executed <> coalesce(s.quantity, 0) OR o.cumulative_quote <> coalesce(s.quote, 0)
ORDER BY id
