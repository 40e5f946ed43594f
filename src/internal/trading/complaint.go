package trading

import (
	"context"
	"log/slog"
)

// complaint logs an error that repeats while its cause lasts, once.
type complaint struct {
	log     *slog.Logger
	message string
	last    string
}

// note logs err unless it was the last one, too; nil means that all is well again.
// Errors after the end of ctx are its consequence.
func (c *complaint) note(ctx context.Context, err error) {
	text := ""
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return
	default:
		text = err.Error()
	}
	if text != "" && text != c.last {
		c.log.Warn(c.message, "error", err)
	}
	c.last = text
}
