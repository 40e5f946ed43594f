package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	listenSilence = 5 * time.Second // without a notification, before the connection is tested
	listenTest    = 3 * time.Second
)

// Listen implements exchange.Feed, on a connection of its own. It also wakes once
// when it begins to listen, for what happened before. A connection whose other end
// has vanished is noticed within 8 s.
func (db *DB) Listen(ctx context.Context, wake func()) error {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connecting to listen: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listenTest)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	for _, channel := range []string{batchChannel, leaseChannel} {
		if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
			return fmt.Errorf("listening on %s: %w", channel, err)
		}
	}
	for {
		wake()
		if err := waitForNotification(ctx, conn); err != nil {
			return fmt.Errorf("waiting for a notification: %w", err)
		}
	}
}

// waitForNotification returns when one arrives. Between times it makes sure that
// the server is still there.
func waitForNotification(ctx context.Context, conn *pgx.Conn) error {
	for {
		silence, cancel := context.WithTimeout(ctx, listenSilence)
		_, err := conn.WaitForNotification(silence)
		cancel()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		test, cancel := context.WithTimeout(ctx, listenTest)
		err = conn.Ping(test)
		cancel()
		if err != nil {
			return err
		}
	}
}
