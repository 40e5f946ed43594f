-- Each deposit and withdrawal was made by a command of its own, and each withdrawal ended by one at most, as its status says.
WITH transfers AS (
    SELECT 4 AS kind, id AS seq, account_id, asset_id, amount, at FROM deposits
    UNION ALL
    SELECT 5, id, account_id, asset_id, amount, requested_at FROM withdrawals
), making AS (
    SELECT kind, seq, account_id, asset_id, amount, at, ref FROM commands WHERE kind IN (4, 5)
), ends AS (
    SELECT ref AS id, array_agg(kind ORDER BY seq) AS kinds, max(at) AS at FROM commands WHERE kind IN (6, 7) GROUP BY ref
)
SELECT format('%s %s: no command made it as it is', CASE t.kind WHEN 4 THEN 'deposit' ELSE 'withdrawal' END, t.seq) AS violation
FROM transfers t LEFT JOIN making c USING (kind, seq)
WHERE c.seq IS NULL OR (c.ref, c.account_id, c.asset_id, c.amount, c.at) <> (t.seq, t.account_id, t.asset_id, t.amount, t.at)
UNION ALL
SELECT format('command %s: its %s is missing', c.seq, CASE c.kind WHEN 4 THEN 'deposit' ELSE 'withdrawal' END)
FROM making c LEFT JOIN transfers t USING (kind, seq)
WHERE t.seq IS NULL
UNION ALL
SELECT format('withdrawal %s: status %s at %s; ended by commands of kinds %s at %s', w.id, w.status, w.updated_at, coalesce(e.kinds, '{}'), coalesce(e.at::text, 'no time'))
FROM withdrawals w LEFT JOIN ends e USING (id)
WHERE w.updated_at <> coalesce(e.at, w.requested_at) OR NOT CASE w.status
    WHEN 1 THEN e.kinds IS NULL
    WHEN 2 THEN e.kinds IS NOT NULL AND e.kinds = ARRAY[6::smallint]
    WHEN 3 THEN e.kinds IS NOT NULL AND e.kinds = ARRAY[7::smallint]
    ELSE false
END
UNION ALL
SELECT format('withdrawal %s: ended and missing', e.id)
FROM ends e LEFT JOIN withdrawals w USING (id)
WHERE w.id IS NULL
