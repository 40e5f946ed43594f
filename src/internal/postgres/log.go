package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// replayPage is how many commands are held in memory at once.
const replayPage = 4096

const (
	pageOfCommands = `
		SELECT seq, kind, at, account_id, market_id, ref, asset_id, amount FROM commands
		WHERE seq > $1 ORDER BY seq LIMIT $2`
	pageOfOrders = "SELECT " + orderColumns + " FROM orders WHERE id > $1 AND id <= $2 ORDER BY id"
)

func scanCommand(row pgx.CollectableRow) (c exchange.CommandRecord, err error) {
	err = row.Scan(&c.Seq, &c.Kind, &c.At, &c.Account, &c.Market, &c.Ref, &c.Asset, &c.Amount)
	return c, err
}

// Replay implements exchange.Log. All of it sees the database at one moment. An
// error of visit ends it and is returned.
func (db *DB) Replay(ctx context.Context, visit func(exchange.CommandRecord, *exchange.Order) error) error {
	return db.inSnapshot(ctx, func(tx pgx.Tx) error { return replay(ctx, tx, visit) })
}

func replay(ctx context.Context, tx pgx.Tx, visit func(exchange.CommandRecord, *exchange.Order) error) error {
	var last exchange.Seq
	for {
		commands, err := rows(ctx, tx, scanCommand, pageOfCommands, last, replayPage)
		if err != nil {
			return fmt.Errorf("reading the commands after %d: %w", last, err)
		}
		if len(commands) == 0 {
			return nil
		}
		first := last
		last = commands[len(commands)-1].Seq
		orders, err := rows(ctx, tx, scanOrder, pageOfOrders, first, last)
		if err != nil {
			return fmt.Errorf("reading the orders of the commands after %d: %w", first, err)
		}
		if err := replayPair(commands, orders, visit); err != nil {
			return err
		}
	}
}

// replayPair visits a page of commands together with the orders that they placed.
func replayPair(commands []exchange.CommandRecord, orders []exchange.Order, visit func(exchange.CommandRecord, *exchange.Order) error) error {
	for i := range commands {
		var placed *exchange.Order
		if len(orders) > 0 && exchange.Seq(orders[0].ID) == commands[i].Seq {
			placed, orders = &orders[0], orders[1:]
		}
		if err := visit(commands[i], placed); err != nil {
			return err
		}
	}
	return nil
}
