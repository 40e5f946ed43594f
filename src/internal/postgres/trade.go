package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const tradeColumns = `id, seq, market_id, price, quantity, quote, taker_side, maker_order_id, taker_order_id,
	maker_account_id, taker_account_id, maker_fee, taker_fee, at`

func scanTrade(row pgx.CollectableRow) (t exchange.Trade, err error) {
	err = row.Scan(&t.ID, &t.Seq, &t.Market, &t.Price, &t.Quantity, &t.Quote, &t.TakerSide, &t.MakerOrder, &t.TakerOrder,
		&t.MakerAccount, &t.TakerAccount, &t.MakerFee, &t.TakerFee, &t.At)
	return t, err
}

func byTradeID(a, b exchange.Trade) int { return int(a.ID - b.ID) }

// AccountTrades implements exchange.Books. Each side of the query walks an index of
// its own.
func (db *DB) AccountTrades(ctx context.Context, q exchange.TradeQuery) ([]exchange.Trade, error) {
	const condition = ` AND market_id = $2 AND id >= $3 AND at >= $4 AND ($5::bigint = 0 OR at <= $5)
		AND ($6::bigint = 0 OR maker_order_id = $6 OR taker_order_id = $6) ORDER BY id `
	order := "DESC LIMIT $7"
	if q.FromID != 0 || q.Start != 0 {
		order = "ASC LIMIT $7"
	}
	sql := "SELECT " + tradeColumns + " FROM ((SELECT * FROM trades WHERE maker_account_id = $1" + condition + order +
		") UNION (SELECT * FROM trades WHERE taker_account_id = $1" + condition + order + ")) t ORDER BY id " + order
	found, err := rows(ctx, db.pool, scanTrade, sql, q.Account, q.Market, q.FromID, q.Start, q.End, q.Order, q.Limit)
	slices.SortFunc(found, byTradeID)
	return found, err
}

// MarketTrades implements exchange.Books.
func (db *DB) MarketTrades(ctx context.Context, market exchange.MarketID, limit int) ([]exchange.Trade, error) {
	const sql = "SELECT " + tradeColumns + " FROM trades WHERE market_id = $1 ORDER BY id DESC LIMIT $2"
	found, err := rows(ctx, db.pool, scanTrade, sql, market, limit)
	slices.Reverse(found)
	return found, err
}
