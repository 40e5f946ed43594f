package local

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/bitpin/exchange/src/lab/lock"
	"github.com/bitpin/exchange/src/lab/postgres"
)

const database = "exchange"

// Run runs the exchange until the context ends, and then stops everything in
// order. What it keeps in .local/ a later Run finds again.
func Run(ctx context.Context, c Config) (err error) {
	if err := c.validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Tree.Local, 0o700); err != nil {
		return fmt.Errorf("making .local: %w", err)
	}
	held, err := acquire(c.Tree)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	if err := c.checkPorts(); err != nil {
		return err
	}
	server, err := postgres.Start(ctx, postgres.Options{Dir: c.Tree.PostgresDir(), Install: true, Docker: true, Log: c.Out})
	if err != nil {
		return unlessStopped(ctx, err)
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	s, err := newService(c, server.DSN(database))
	if err != nil {
		return err
	}
	if err := s.setUp(ctx, server); err != nil {
		return unlessStopped(ctx, err)
	}
	r, err := s.serve()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.stop()) }()
	if err := s.awaitReady(ctx, r); err != nil {
		return unlessStopped(ctx, err)
	}
	fmt.Fprint(c.Out, welcome(c))
	return s.supervise(ctx, r, server)
}

func acquire(t Tree) (*lock.Lock, error) {
	held, err := lock.Acquire(t.lock())
	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, fmt.Errorf("the exchange already runs from this directory (process %d): stop that first, or make clean", other.PID)
	}
	return held, err
}

// unlessStopped drops an error that only says that we were told to stop.
func unlessStopped(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
		return err
	}
}

// setUp brings program, schema and demo up to date.
func (s *service) setUp(ctx context.Context, server *postgres.Server) error {
	fmt.Fprintln(s.config.Out, "Building the exchange")
	if err := s.build(ctx); err != nil {
		return err
	}
	if err := server.EnsureDatabase(ctx, database); err != nil {
		return err
	}
	if err := s.do(ctx, "migrate"); err != nil {
		return err
	}
	return s.do(ctx, "seed", "--demo-env", s.config.Tree.DemoEnv(),
		"--exchange-url", s.config.ExchangeURL(), "--metrics-url", s.config.MetricsURL())
}

// supervise returns when we are told to stop, or when something ends by itself.
func (s *service) supervise(ctx context.Context, r *running, server *postgres.Server) error {
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.config.Out, "\nStopping the exchange, then its database")
		return nil
	case <-r.exited:
		return fmt.Errorf("the exchange ended by itself; the end of its log:\n%s", s.logTail())
	case <-server.Exited():
		return fmt.Errorf("the exchange's PostgreSQL ended by itself; its log is %s", server.LogFile())
	}
}
