package postgres

import (
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// unreachableError is exchange.ErrUnavailable to clients, and its cause to who reads
// the log.
type unreachableError struct{ cause error }

func (e *unreachableError) Error() string   { return e.cause.Error() }
func (e *unreachableError) Unwrap() []error { return []error{exchange.ErrUnavailable, e.cause} }

// unreachable marks a read's error as exchange.ErrUnavailable if the reason is that
// the database could not be reached, so that a client is told to ask again. It is
// not for a COMMIT, which may have happened.
func unreachable(err error) error {
	if err == nil || !lostConnection(err) {
		return err
	}
	return &unreachableError{err}
}

func lostConnection(err error) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		switch server.Code {
		case "57P01", "57P02", "57P03", // the server is shutting down, has crashed, is starting up
			"53300", // it has no connection to spare
			"25006": // it is a standby by now
			return true
		}
		return strings.HasPrefix(server.Code, "08") // connection exceptions
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
