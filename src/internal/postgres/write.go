package postgres

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

var insertCommands = `
	INSERT INTO commands (seq, kind, at, epoch, account_id, market_id, ref, asset_id, amount)
	SELECT * FROM ` + unnest(9)

func queueCommands(batch *pgx.Batch, commands []exchange.CommandRecord, epoch int64) {
	if len(commands) == 0 {
		return
	}
	c := newColumns(9, len(commands))
	for i := range commands {
		r := &commands[i]
		c.add(int64(r.Seq), int64(r.Kind), int64(r.At), epoch, int64(r.Account), int64(r.Market), r.Ref, int64(r.Asset), int64(r.Amount))
	}
	batch.Queue(insertCommands, c.with()...)
}

var insertOrders = `
	INSERT INTO orders (id, account_id, market_id, side, type, time_in_force, self_trade, price, quantity, quote_quantity,
		maker_fee, taker_fee, executed, cumulative_quote, status, created_at, updated_at, updated_seq, client_order_id)
	SELECT * FROM ` + unnest(18, "text")

func queueNewOrders(batch *pgx.Batch, orders []exchange.Order) {
	if len(orders) == 0 {
		return
	}
	c, clients := newColumns(18, len(orders)), make([]string, 0, len(orders))
	for i := range orders {
		o := &orders[i]
		c.add(int64(o.ID), int64(o.Account), int64(o.Market), int64(o.Side), int64(o.Type), int64(o.TimeInForce),
			int64(o.SelfTrade), int64(o.Price), int64(o.Quantity), int64(o.QuoteQuantity), int64(o.MakerFee), int64(o.TakerFee),
			int64(o.Executed), int64(o.CumulativeQuote), int64(o.Status), int64(o.CreatedAt), int64(o.UpdatedAt), int64(o.UpdatedSeq))
		clients = append(clients, o.ClientID)
	}
	batch.Queue(insertOrders, c.with(clients)...)
}

var updateOrders = `
	WITH updated AS (
		UPDATE orders o SET executed = n.executed, cumulative_quote = n.cumulative_quote, status = n.status,
			updated_at = n.updated_at, updated_seq = n.updated_seq
		FROM ` + unnest(6) + ` AS n (id, executed, cumulative_quote, status, updated_at, updated_seq)
		WHERE o.id = n.id RETURNING 1)
	SELECT expect_rows('orders', $7, count(*)) FROM updated`

func queueChangedOrders(batch *pgx.Batch, orders []exchange.Order) {
	if len(orders) == 0 {
		return
	}
	c := newColumns(6, len(orders))
	for i := range orders {
		o := &orders[i]
		c.add(int64(o.ID), int64(o.Executed), int64(o.CumulativeQuote), int64(o.Status), int64(o.UpdatedAt), int64(o.UpdatedSeq))
	}
	batch.Queue(updateOrders, c.with(len(orders))...)
}

// insertTrades also adds the trades to their candles.
var insertTrades = `
	WITH added AS (
		INSERT INTO trades (id, seq, market_id, price, quantity, quote, taker_side, maker_order_id, taker_order_id,
			maker_account_id, taker_account_id, maker_fee, taker_fee, at)
		SELECT * FROM ` + unnest(14) + ` RETURNING *),
	hourly AS (` + addToCandles("hourly_candles", hour) + `)
	` + addToCandles("candles", minute)

// addToCandles adds the trades of "added" to the candles of a length.
func addToCandles(table string, length exchange.Millis) string {
	return fmt.Sprintf(`
	INSERT INTO %s AS c (market_id, open_time, open, high, low, close, volume, quote_volume,
		taker_buy_base, taker_buy_quote, trades, first_trade, last_trade)
	SELECT market_id, at - at %% %d, (array_agg(price ORDER BY id))[1], max(price), min(price), (array_agg(price ORDER BY id DESC))[1],
		sum(quantity), sum(quote), coalesce(sum(quantity) FILTER (WHERE taker_side = 1), 0),
		coalesce(sum(quote) FILTER (WHERE taker_side = 1), 0), count(*), min(id), max(id)
	FROM added GROUP BY 1, 2
	ON CONFLICT (market_id, open_time) DO UPDATE SET
		high = greatest(c.high, excluded.high), low = least(c.low, excluded.low), close = excluded.close,
		volume = c.volume + excluded.volume, quote_volume = c.quote_volume + excluded.quote_volume,
		taker_buy_base = c.taker_buy_base + excluded.taker_buy_base,
		taker_buy_quote = c.taker_buy_quote + excluded.taker_buy_quote,
		trades = c.trades + excluded.trades, last_trade = excluded.last_trade`, table, length)
}

func queueTrades(batch *pgx.Batch, trades []exchange.Trade) {
	if len(trades) == 0 {
		return
	}
	c := newColumns(14, len(trades))
	for i := range trades {
		t := &trades[i]
		c.add(int64(t.ID), int64(t.Seq), int64(t.Market), int64(t.Price), int64(t.Quantity), int64(t.Quote), int64(t.TakerSide),
			int64(t.MakerOrder), int64(t.TakerOrder), int64(t.MakerAccount), int64(t.TakerAccount),
			int64(t.MakerFee), int64(t.TakerFee), int64(t.At))
	}
	batch.Queue(insertTrades, c.with()...)
}

const insertOutbox = `
	WITH added AS (INSERT INTO batches (id, epoch, at, body) VALUES ($1, $2, $3, $4) RETURNING id)
	SELECT pg_notify('` + batchChannel + `', id::text) FROM added`

// queueOutbox stores what the replicas publish and wakes them when it is
// committed. Refusals alone are nobody else's business.
func queueOutbox(batch *pgx.Batch, c *exchange.Changes) error {
	if len(c.Commands) == 0 {
		return nil
	}
	body, err := json.Marshal(&c.Batch)
	if err != nil {
		return fmt.Errorf("encoding batch %d: %w", c.Batch.ID, err)
	}
	batch.Queue(insertOutbox, c.Batch.ID, c.Batch.Epoch, c.Batch.At, body)
	return nil
}
