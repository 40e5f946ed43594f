-- What is locked of a balance is what its open orders and held withdrawals reserve.
WITH reserved AS (
    SELECT o.account_id, CASE o.side WHEN 1 THEN m.quote_id ELSE m.base_id END AS asset_id,
        CASE o.side WHEN 1 THEN div(o.price::numeric * (o.quantity - o.executed), 100000000) ELSE o.quantity - o.executed END AS amount
    FROM orders o
    JOIN markets m ON m.id = o.market_id
    WHERE o.status IN (1, 2)
    UNION ALL
    SELECT account_id, asset_id, amount FROM withdrawals WHERE status = 1
), sums AS (
    SELECT account_id, asset_id, sum(amount) AS amount FROM reserved GROUP BY account_id, asset_id
)
SELECT format('account %s, asset %s: locked %s, reserved %s', account_id, asset_id,
    coalesce(b.locked, 0) * 0.00000001, coalesce(s.amount, 0) * 0.00000001) AS violation
FROM balances b
FULL JOIN sums s USING (account_id, asset_id)
WHERE coalesce(b.locked, 0) <> coalesce(s.amount, 0)
ORDER BY account_id, asset_id
