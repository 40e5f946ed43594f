-- Every account, asset, market and command that a row refers to exists.
WITH accounts_used AS (
    SELECT DISTINCT 'balances' AS place, account_id AS id FROM balances
    UNION ALL SELECT DISTINCT 'ledger_entries', account_id FROM ledger_entries
    UNION ALL SELECT DISTINCT 'orders', account_id FROM orders
    UNION ALL SELECT DISTINCT 'deposits', account_id FROM deposits
    UNION ALL SELECT DISTINCT 'withdrawals', account_id FROM withdrawals
    UNION ALL SELECT DISTINCT 'commands', account_id FROM commands WHERE account_id <> 0 -- an operator's
), assets_used AS (
    SELECT DISTINCT 'balances' AS place, asset_id AS id FROM balances
    UNION ALL SELECT DISTINCT 'ledger_entries', asset_id FROM ledger_entries
    UNION ALL SELECT DISTINCT 'deposits', asset_id FROM deposits
    UNION ALL SELECT DISTINCT 'withdrawals', asset_id FROM withdrawals
), markets_used AS (
    SELECT DISTINCT 'orders' AS place, market_id AS id FROM orders
    UNION ALL SELECT DISTINCT 'trades', market_id FROM trades
    UNION ALL SELECT DISTINCT 'candles', market_id FROM candles
    UNION ALL SELECT DISTINCT 'hourly_candles', market_id FROM hourly_candles
    UNION ALL SELECT DISTINCT 'commands', market_id FROM commands WHERE market_id <> 0
)
SELECT format('%s: account %s is missing', place, id) AS violation FROM accounts_used WHERE id NOT IN (SELECT id FROM accounts)
UNION ALL
SELECT format('%s: asset %s is missing', place, id) FROM assets_used WHERE id NOT IN (SELECT id FROM assets)
UNION ALL
SELECT format('%s: market %s is missing', place, id) FROM markets_used WHERE id NOT IN (SELECT id FROM markets)
UNION ALL
SELECT DISTINCT format('ledger_entries: command %s is missing', e.seq)
FROM ledger_entries e WHERE NOT EXISTS (SELECT FROM commands c WHERE c.seq = e.seq)
UNION ALL
SELECT format('batches: command %s is missing', b.id)
FROM batches b WHERE NOT EXISTS (SELECT FROM commands c WHERE c.seq = b.id)
