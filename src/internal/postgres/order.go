package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const orderColumns = `id, account_id, market_id, client_order_id, side, type, time_in_force, self_trade, price, quantity,
	quote_quantity, maker_fee, taker_fee, executed, cumulative_quote, status, created_at, updated_at, updated_seq`

const openOrders = "status IN (1, 2)"

func scanOrder(row pgx.CollectableRow) (o exchange.Order, err error) {
	err = row.Scan(&o.ID, &o.Account, &o.Market, &o.ClientID, &o.Side, &o.Type, &o.TimeInForce, &o.SelfTrade, &o.Price, &o.Quantity,
		&o.QuoteQuantity, &o.MakerFee, &o.TakerFee, &o.Executed, &o.CumulativeQuote, &o.Status, &o.CreatedAt, &o.UpdatedAt, &o.UpdatedSeq)
	return o, err
}

// Order implements exchange.Books. Of several orders with one client order id, the
// latest is meant.
func (db *DB) Order(ctx context.Context, account exchange.AccountID, market exchange.MarketID, ref exchange.OrderRef) (exchange.Order, error) {
	const byID = "SELECT " + orderColumns + " FROM orders WHERE id = $1 AND account_id = $2 AND market_id = $3 AND ($4 = '' OR client_order_id = $4)"
	const byClientID = "SELECT " + orderColumns + " FROM orders WHERE account_id = $1 AND market_id = $2 AND client_order_id = $3 ORDER BY id DESC LIMIT 1"
	var o exchange.Order
	var err error
	if ref.ID != 0 {
		o, err = one(ctx, db.pool, scanOrder, byID, ref.ID, account, market, ref.ClientID)
	} else {
		o, err = one(ctx, db.pool, scanOrder, byClientID, account, market, ref.ClientID)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return o, exchange.ErrOrderNotFound
	}
	return o, err
}

// OpenOrders implements exchange.Books.
func (db *DB) OpenOrders(ctx context.Context, account exchange.AccountID, market exchange.MarketID) ([]exchange.Order, error) {
	const sql = "SELECT " + orderColumns + " FROM orders WHERE account_id = $1 AND ($2 = 0 OR market_id = $2) AND " + openOrders + " ORDER BY id"
	return rows(ctx, db.pool, scanOrder, sql, account, market)
}

// Orders implements exchange.Books.
func (db *DB) Orders(ctx context.Context, q exchange.OrderQuery) ([]exchange.Order, error) {
	const selected = "SELECT " + orderColumns + ` FROM orders WHERE account_id = $1 AND market_id = $2
		AND id >= $3 AND created_at >= $4 AND ($5::bigint = 0 OR created_at <= $5) ORDER BY id `
	order := "DESC LIMIT $6"
	if q.FromID != 0 || q.Start != 0 {
		order = "ASC LIMIT $6"
	}
	found, err := rows(ctx, db.pool, scanOrder, selected+order, q.Account, q.Market, q.FromID, q.Start, q.End, q.Limit)
	slices.SortFunc(found, func(a, b exchange.Order) int { return int(a.ID - b.ID) })
	return found, err
}
