-- The ledger entries of each command sum to zero for each asset.
SELECT format('command %s, asset %s: off by %s', seq, asset_id, (sum(available) + sum(locked)) * 0.00000001) AS violation
FROM ledger_entries
GROUP BY seq, asset_id
HAVING sum(available) + sum(locked) <> 0
ORDER BY seq, asset_id
