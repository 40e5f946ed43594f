-- Each side of a trade pays its order's rate of what it receives, rounded up to the next unit.
WITH due AS (
    SELECT t.id, t.maker_fee, t.taker_fee,
        div(CASE t.taker_side WHEN 1 THEN t.quote ELSE t.quantity END::numeric * m.maker_fee + 999999, 1000000) AS maker_due,
        div(CASE t.taker_side WHEN 1 THEN t.quantity ELSE t.quote END::numeric * k.taker_fee + 999999, 1000000) AS taker_due
    FROM trades t
    JOIN orders m ON m.id = t.maker_order_id
    JOIN orders k ON k.id = t.taker_order_id
)
SELECT format('trade %s: fees %s and %s, due %s and %s', id, maker_fee * 0.00000001, taker_fee * 0.00000001,
    maker_due * 0.00000001, taker_due * 0.00000001) AS violation
FROM due
WHERE maker_fee <> maker_due OR taker_fee <> taker_due
ORDER BY id
