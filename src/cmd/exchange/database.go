package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/postgres"
)

// openDatabase prepares a pool of connections; none is made yet. Without a secret
// key, which only the commands that handle API keys have, those stay sealed.
func openDatabase(ctx context.Context, c *Config) (*postgres.DB, error) {
	var sealer postgres.Sealer
	if c.SecretKey != nil {
		s, err := credential.NewSealer(c.SecretKey)
		if err != nil {
			return nil, &VariableError{"SECRET_KEY", err.Error()}
		}
		sealer = s
	}
	return postgres.Open(ctx, c.Database.dsn(), int32(c.Database.MaxConnections), sealer, time.Now) //nolint:gosec // at most 1000
}

// newLogger logs JSON, a line for each event.
func newLogger(out io.Writer, least slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: least}))
}
