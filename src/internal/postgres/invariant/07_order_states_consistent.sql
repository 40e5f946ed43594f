-- An order's status goes with its kind and with what it has executed.
SELECT format('order %s: type %s, time in force %s, status %s, executed %s of %s for %s of %s', id, type, time_in_force, status,
    executed * 0.00000001, quantity * 0.00000001, cumulative_quote * 0.00000001, quote_quantity * 0.00000001) AS violation
FROM orders
WHERE NOT (
    CASE type -- limit and limit maker, or market
        WHEN 2 THEN price = 0 AND (quantity = 0) <> (quote_quantity = 0)
        ELSE type IN (1, 3) AND price > 0 AND quantity > 0 AND quote_quantity = 0
    END
    AND CASE status
        WHEN 1 THEN executed = 0 AND type <> 2 AND time_in_force = 1
        WHEN 2 THEN executed > 0 AND executed < quantity AND type <> 2 AND time_in_force = 1
        WHEN 3 THEN executed > 0 AND executed >= quantity
        WHEN 4 THEN executed < quantity AND type <> 2 AND time_in_force = 1
        WHEN 5 THEN (quantity = 0 OR executed < quantity) AND (type = 2 OR time_in_force IN (2, 3))
        WHEN 6 THEN quantity = 0 OR executed < quantity
        ELSE false
    END
    AND (quantity = 0 OR executed <= quantity)
    AND (quote_quantity = 0 OR cumulative_quote <= quote_quantity)
    AND (executed = 0) = (cumulative_quote = 0)
    AND (type <> 1 OR time_in_force <> 3 OR executed IN (0, quantity)) -- all or nothing
    AND updated_seq >= id
)
ORDER BY id
