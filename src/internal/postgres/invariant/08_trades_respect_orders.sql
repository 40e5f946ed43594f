-- A trade matches an earlier order with a later one of the other side and of another account, at the earlier one's price and within the later one's limit.
WITH checked AS (
    SELECT t.id, CASE
        WHEN m.id IS NULL OR k.id IS NULL THEN 'an order is missing'
        WHEN m.market_id <> t.market_id OR k.market_id <> t.market_id THEN 'an order is of another market'
        WHEN m.account_id <> t.maker_account_id OR k.account_id <> t.taker_account_id THEN 'an order is of another account'
        WHEN m.account_id = k.account_id THEN 'both orders are of one account'
        WHEN k.side <> t.taker_side OR m.side <> 3 - t.taker_side THEN 'the sides do not match'
        WHEN m.id >= k.id OR t.seq <> k.id OR t.at <> k.created_at THEN 'it was not made when its taker arrived'
        WHEN m.type = 2 OR m.time_in_force <> 1 THEN 'the maker cannot rest'
        WHEN k.type = 3 THEN 'the taker may only make'
        WHEN t.price <> m.price THEN 'it is not at the maker''s price'
        WHEN k.type = 1 AND CASE k.side WHEN 1 THEN t.price > k.price ELSE t.price < k.price END THEN 'it is beyond the taker''s limit'
        WHEN t.price % r.tick <> 0 OR t.quantity % r.lot <> 0 THEN 'it is off the market''s steps'
        WHEN t.quote::numeric * 100000000 <> t.price::numeric * t.quantity THEN 'quote is not price × quantity'
    END AS fault
    FROM trades t
    LEFT JOIN markets r ON r.id = t.market_id
    LEFT JOIN orders m ON m.id = t.maker_order_id
    LEFT JOIN orders k ON k.id = t.taker_order_id
)
SELECT format('trade %s: %s', id, fault) AS violation
FROM checked
WHERE fault IS NOT NULL
ORDER BY id
