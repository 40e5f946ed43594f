-- All ledger entries of an asset, those of the world outside included, sum to zero.
SELECT format('asset %s: off by %s', asset_id, (sum(available) + sum(locked)) * 0.00000001) AS violation
FROM ledger_entries
GROUP BY asset_id
HAVING sum(available) + sum(locked) <> 0
ORDER BY asset_id
