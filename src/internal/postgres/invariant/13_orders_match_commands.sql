-- Each order was placed by a command of its own, and ended by whom its status says; each command to place or cancel did so.
WITH cancelled AS (
    SELECT id, account_id, market_id, updated_seq FROM orders WHERE status = 4
), cancelling AS (
    SELECT seq, kind, account_id, market_id, ref FROM commands WHERE kind IN (2, 3)
)
SELECT format('order %s: no command placed it as it is', o.id) AS violation
FROM orders o LEFT JOIN commands c ON c.seq = o.id
WHERE c.seq IS NULL OR (c.kind, c.ref, c.account_id, c.market_id, c.at) <> (1, o.id, o.account_id, o.market_id, o.created_at)
UNION ALL
SELECT format('command %s: the order that it placed is missing', c.seq)
FROM commands c LEFT JOIN orders o ON o.id = c.seq
WHERE c.kind = 1 AND o.id IS NULL
UNION ALL
SELECT format('order %s: command %s did not cancel it', o.id, o.updated_seq)
FROM cancelled o LEFT JOIN cancelling c ON c.seq = o.updated_seq
WHERE c.seq IS NULL OR c.account_id <> o.account_id
    OR CASE c.kind WHEN 2 THEN c.ref <> o.id OR c.market_id <> o.market_id ELSE c.market_id NOT IN (0, o.market_id) END
UNION ALL
SELECT format('command %s: the order that it cancelled is not so', c.seq)
FROM cancelling c
WHERE NOT EXISTS (SELECT FROM cancelled o WHERE o.updated_seq = c.seq)
UNION ALL
SELECT format('order %s: command %s did not prevent it from trading with its own account', o.id, o.updated_seq)
FROM orders o LEFT JOIN commands c ON c.seq = o.updated_seq
WHERE o.status = 6 AND (c.seq IS NULL OR (c.kind, c.account_id, c.market_id) <> (1, o.account_id, o.market_id))
