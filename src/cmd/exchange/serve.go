package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/metrics"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/internal/stream"
	"github.com/bitpin/exchange/src/internal/trading"
)

func serveCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run one replica of the exchange",
		Long: `Run one replica of the exchange.

It waits for the database and its schema (exchange migrate), and is ready once it
has loaded the books. Markets that are added later (exchange seed) it finds by
itself. SIGTERM ends it in order: it is no longer ready, gives the writer's lease
back, keeps serving for SHUTDOWN_DELAY, and then lets requests and streams end.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmdServe, streams.Lookup)
			if err != nil {
				return err
			}
			if err := tuneMemory(cgroupMemory); err != nil {
				return err
			}
			return serve(cmd.Context(), &c, newLogger(streams.Err, c.LogLevel))
		},
	}
}

// replica is one process that serves. Its parts are there from the beginning but
// for the trading and the streams, which need the database.
type replica struct {
	config                    *Config
	log                       *slog.Logger
	metrics                   *metrics.Metrics
	db                        *postgres.DB
	health                    health
	public, operations, peers *server
	trading                   *trading.Service
	hub                       *stream.Hub

	background sync.WaitGroup
	running    context.Context // of what is in the background
	stop       context.CancelFunc
	failed     chan error // of a server
}

// serve runs a replica until ctx ends, and then ends it in order.
func serve(ctx context.Context, c *Config, log *slog.Logger) error {
	r := &replica{config: c, log: log, metrics: metrics.New(thisBuild().Version), failed: make(chan error, 3)}
	r.running, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	defer r.stop()
	if err := r.open(ctx); err != nil {
		return errors.Join(err, r.shutdown())
	}
	err := r.start(ctx)
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-r.failed:
		}
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil // told to end while it was still waiting for the database
	}
	log.Info("shutting down")
	return errors.Join(err, r.shutdown())
}

// open takes the ports, before anything else happens, and shows that we are alive.
func (r *replica) open(ctx context.Context) (err error) {
	c := r.config
	if r.operations, err = listen(ctx, "METRICS_ADDRESS", c.MetricsAddress, fewConnections, r.log); err != nil {
		return err
	}
	if r.public, err = listen(ctx, "LISTEN_ADDRESS", c.ListenAddress, c.MaxConnections, r.log); err != nil {
		return err
	}
	if r.peers, err = listen(ctx, "PEER_ADDRESS", c.PeerAddress, fewConnections, r.log); err != nil {
		return err
	}
	if r.db, err = openDatabase(ctx, c); err != nil {
		return err
	}
	r.metrics.RegisterPool(func() metrics.PoolStats { return poolStats(r.db) })
	r.health.ping = r.db.Ping
	r.background.Go(func() { r.health.watch(r.running, r.metrics.Writer) })
	r.operations.gate.open(withDeadline(requestAllowance, r.health.operations(r.metrics)))
	for _, s := range []*server{r.operations, r.public, r.peers} {
		s.serve(r.failed)
		r.log.Info("listening", "for", s.name, "address", s.listener.Addr().String())
	}
	return nil
}

// start waits for the database, and serves.
func (r *replica) start(ctx context.Context) error {
	first, err := r.awaitCatalog(ctx)
	if err != nil {
		return err
	}
	catalog := newLiveCatalog(first)
	handler, err := r.assemble(catalog)
	if err != nil {
		return err
	}
	r.background.Go(func() { catalog.follow(r.running, r.db, r.trading.SetMarkets) })
	r.background.Go(func() { r.trading.Run(r.running) })
	r.background.Go(func() { r.auditor().run(r.running) })
	r.peers.gate.open(withDeadline(r.config.CommandTimeout+requestAllowance, r.trading.PeerHandler()))
	r.public.gate.open(handler)
	return nil
}

const schemaInterval = 500 * time.Millisecond

// awaitCatalog waits until the database answers and is migrated. What it waits for
// is logged whenever that changes.
func (r *replica) awaitCatalog(ctx context.Context) (*postgres.Catalog, error) {
	said := ""
	for {
		catalog, err := r.readCatalog(ctx)
		if err == nil {
			return catalog, nil
		}
		if ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			r.log.Warn("waiting for the database", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case err := <-r.failed:
			return nil, err
		case <-time.After(schemaInterval):
		}
	}
}

func (r *replica) readCatalog(ctx context.Context) (*postgres.Catalog, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := r.db.Migrated(ctx); err != nil {
		return nil, err
	}
	return r.db.Catalog(ctx)
}

// tradingOptions are what the writer's part needs, whoever runs it.
func tradingOptions(c *Config, db *postgres.DB, markets []exchange.Market, log *slog.Logger) trading.Options {
	return trading.Options{
		Journal: db, Feed: db, Markets: markets, Log: log, Now: time.Now,
		Holder: holder(), PeerKey: credential.Derive(c.SecretKey, "peer/v1"),
		LeaseDuration: c.LeaseDuration, BatchMaxCommands: c.BatchMaxCommands, BatchMaxDelay: c.BatchMaxDelay,
		QueueLimit: c.QueueLimit, CommandTimeout: c.CommandTimeout, BatchRetention: c.BatchRetention,
		MakerFee: c.MakerFee, TakerFee: c.TakerFee, MaxOpenOrders: c.MaxOpenOrders,
	}
}

// holder names this process among all that may hold the lease.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unnamed"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), credential.NewToken(8))
}

func poolStats(db *postgres.DB) metrics.PoolStats {
	s := db.Stat()
	return metrics.PoolStats{
		Acquired: s.AcquiredConns(), Idle: s.IdleConns(), Max: s.MaxConns(),
		AcquireCount: s.AcquireCount(), EmptyAcquireCount: s.EmptyAcquireCount(), AcquireDuration: s.AcquireDuration(),
	}
}
