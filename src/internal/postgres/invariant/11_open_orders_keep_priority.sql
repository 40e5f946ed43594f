-- No open order was passed over for one of its side with a worse price, or with the same price and a later arrival.
WITH makers AS ( -- later means worse
    SELECT market_id, side, id AS seq, id, ARRAY[CASE side WHEN 1 THEN -price ELSE price END, id] AS place, false AS trade
    FROM orders
    WHERE status IN (1, 2)
    UNION ALL
    SELECT market_id, 3 - taker_side, seq, maker_order_id, ARRAY[CASE taker_side WHEN 2 THEN -price ELSE price END, maker_order_id], true
    FROM trades
), passed AS (
    SELECT market_id, id, trade, place,
        max(place) FILTER (WHERE trade) OVER (PARTITION BY market_id, side ORDER BY seq DESC) AS last_served
    FROM makers
)
SELECT format('order %s of market %s: order %s was served before it', id, market_id, last_served[2]) AS violation
FROM passed
WHERE NOT trade AND last_served > place
ORDER BY id
