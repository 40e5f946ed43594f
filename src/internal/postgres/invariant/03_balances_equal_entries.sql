-- Each balance, available and locked, is the sum of its ledger entries.
WITH entries AS (
    SELECT account_id, asset_id, sum(available) AS available, sum(locked) AS locked
    FROM ledger_entries
    GROUP BY account_id, asset_id
)
SELECT format('account %s, asset %s: available %s, locked %s; its entries say %s and %s', account_id, asset_id,
    coalesce(b.available, 0) * 0.00000001, coalesce(b.locked, 0) * 0.00000001,
    coalesce(e.available, 0) * 0.00000001, coalesce(e.locked, 0) * 0.00000001) AS violation
FROM balances b
FULL JOIN entries e USING (account_id, asset_id)
WHERE coalesce(b.available, 0) <> coalesce(e.available, 0) OR coalesce(b.locked, 0) <> coalesce(e.locked, 0)
ORDER BY account_id, asset_id
