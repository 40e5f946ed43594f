-- No balance is negative, except what the world outside has available: it mirrors all deposits.
SELECT format('account %s, asset %s: available %s, locked %s', account_id, asset_id,
    available * 0.00000001, locked * 0.00000001) AS violation
FROM balances
WHERE locked < 0 OR (available < 0 AND account_id <> 1)
ORDER BY account_id, asset_id
