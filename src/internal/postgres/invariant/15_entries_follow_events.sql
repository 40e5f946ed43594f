-- The ledger moves what trades, fees, deposits and settled withdrawals say, for each command, account and asset, and nothing else.
WITH sides AS (
    SELECT t.seq, m.base_id, m.quote_id, t.quantity, t.quote,
        CASE t.taker_side WHEN 1 THEN t.taker_account_id ELSE t.maker_account_id END AS buyer,
        CASE t.taker_side WHEN 1 THEN t.maker_account_id ELSE t.taker_account_id END AS seller,
        CASE t.taker_side WHEN 1 THEN t.taker_fee ELSE t.maker_fee END AS base_fee,
        CASE t.taker_side WHEN 1 THEN t.maker_fee ELSE t.taker_fee END AS quote_fee
    FROM trades t
    JOIN markets m ON m.id = t.market_id
), moves AS (
    SELECT seq, account_id, asset_id, available, locked FROM ledger_entries
    UNION ALL
    SELECT s.seq, e.account_id, e.asset_id, -e.amount, 0
    FROM sides s CROSS JOIN LATERAL (VALUES
        (buyer, base_id, quantity - base_fee), (buyer, quote_id, -quote),
        (seller, quote_id, quote - quote_fee), (seller, base_id, -quantity),
        (2, base_id, base_fee), (2, quote_id, quote_fee)) AS e (account_id, asset_id, amount)
    UNION ALL
    SELECT d.id, e.account_id, d.asset_id, -e.amount, 0
    FROM deposits d CROSS JOIN LATERAL (VALUES (d.account_id, d.amount), (1, -d.amount)) AS e (account_id, amount)
    UNION ALL
    SELECT c.seq, e.account_id, w.asset_id, -e.amount, 0
    FROM commands c
    JOIN withdrawals w ON w.id = c.ref
    CROSS JOIN LATERAL (VALUES (w.account_id, -w.amount), (1, w.amount)) AS e (account_id, amount)
    WHERE c.kind = 6
)
SELECT format('command %s, account %s, asset %s: %s too much', seq, account_id, asset_id, (sum(available) + sum(locked)) * 0.00000001) AS violation
FROM moves
GROUP BY seq, account_id, asset_id
HAVING sum(available) + sum(locked) <> 0
ORDER BY seq, account_id, asset_id
