-- Every account, asset, market and command that a row refers to exists.
WITH accounts_used AS (
    SELECT DISTINCT 'balances' AS place, account_id AS id FROM balances
    UNION SELECT 'ledger_entries', account_id FROM ledger_entries
    UNION SELECT 'orders', account_id FROM orders
    UNION SELECT 'deposits', account_id FROM deposits
    UNION SELECT 'withdrawals', account_id FROM withdrawals
    UNION SELECT 'commands', account_id FROM commands WHERE account_id <> 0 -- an operator's
), assets_used AS (
    SELECT DISTINCT 'balances' AS place, asset_id AS id FROM balances
    UNION SELECT 'ledger_entries', asset_id FROM ledger_entries
    UNION SELECT 'deposits', asset_id FROM deposits
    UNION SELECT 'withdrawals', asset_id FROM withdrawals
), markets_used AS (
    SELECT DISTINCT 'orders' AS place, market_id AS id FROM orders
    UNION SELECT 'candles', market_id FROM candles
    UNION SELECT 'commands', market_id FROM commands WHERE market_id <> 0
)
SELECT format('%s: account %s is missing', place, id) AS violation FROM accounts_used WHERE id NOT IN (SELECT id FROM accounts)
UNION ALL
SELECT format('%s: asset %s is missing', place, id) FROM assets_used WHERE id NOT IN (SELECT id FROM assets)
UNION ALL
SELECT format('%s: market %s is missing', place, id) FROM markets_used WHERE id NOT IN (SELECT id FROM markets)
UNION ALL
SELECT DISTINCT format('ledger_entries: command %s is missing', e.seq)
FROM ledger_entries e LEFT JOIN commands c USING (seq) WHERE c.seq IS NULL
UNION ALL
SELECT format('batches: command %s is missing', b.id)
FROM batches b LEFT JOIN commands c ON c.seq = b.id WHERE c.seq IS NULL
