-- Commands and trades are numbered from 1 without a gap, and no command was written under an earlier lease than the one before it.
WITH numbered AS (
    SELECT seq, epoch, lag(seq, 1, 0::bigint) OVER (ORDER BY seq) AS before, lag(epoch) OVER (ORDER BY seq) AS epoch_before
    FROM commands
), numbered_trades AS (
    SELECT id, seq, lag(id, 1, 0::bigint) OVER (ORDER BY id) AS before, lag(seq) OVER (ORDER BY id) AS seq_before
    FROM trades
)
SELECT format('commands %s to %s: missing', before + 1, seq - 1) AS violation FROM numbered WHERE seq <> before + 1
UNION ALL
SELECT format('command %s: epoch %s after epoch %s', seq, epoch, epoch_before) FROM numbered WHERE epoch < epoch_before
UNION ALL
SELECT format('command %s: epoch %s, the lease is at %s', c.seq, c.epoch, l.epoch)
FROM (SELECT seq, epoch FROM commands ORDER BY seq DESC LIMIT 1) c, lease l WHERE c.epoch > l.epoch
UNION ALL
SELECT format('trades %s to %s: missing', before + 1, id - 1) FROM numbered_trades WHERE id <> before + 1
UNION ALL
SELECT format('trade %s: of command %s, the one before of %s', id, seq, seq_before) FROM numbered_trades WHERE seq < seq_before
