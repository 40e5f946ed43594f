-- No open order to buy is priced at or above an open order to sell of its market.
WITH best AS (
    SELECT market_id, max(price) FILTER (WHERE side = 1) AS bid, min(price) FILTER (WHERE side = 2) AS ask
    FROM orders
    WHERE status IN (1, 2)
    GROUP BY market_id
)
SELECT format('market %s: bid %s, ask %s', market_id, bid * 0.00000001, ask * 0.00000001) AS violation
FROM best
WHERE bid >= ask
ORDER BY market_id
