package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/metrics"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/internal/trading"
)

const seedTimeout = 2 * time.Minute

// seedOptions are the command's flags.
type seedOptions struct{ demoEnv, operatorEnv, exchangeURL, metricsURL string }

func seedCommand(streams Streams) *cobra.Command {
	var o seedOptions
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Add the assets and markets, an operator, the demo's accounts",
		Long: `Add the assets and markets, an operator, the demo's accounts.

What is there already is left as it is, so it may run again and again, also while
the exchange serves, and by several at once. Without flags, it adds the assets and
markets that are missing.

With --operator-env, it also makes an API key for the operator, who opens accounts,
credits deposits and settles withdrawals. The key is a new one each time.

With --demo-env, it also adds the accounts alice, bob and maker with funds, maker's
orders in the books, and an operator, and writes their API keys and passwords to the
file. These follow from SECRET_KEY and are the same each time: whoever knows that
key knows them, so the demo is not for real money.`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmdSeed, streams.Lookup)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), seedTimeout)
			defer cancel()
			return seed(ctx, &c, &o, streams)
		},
	}
	cmd.Flags().StringVar(&o.operatorEnv, "operator-env", "", "file for the operator's new API key; - for standard output")
	cmd.Flags().StringVar(&o.demoEnv, "demo-env", "", "file for the demo's addresses, API keys and passwords; - for standard output")
	cmd.Flags().StringVar(&o.exchangeURL, "exchange-url", "http://localhost:8000", "EXCHANGE_URL in the demo's file")
	cmd.Flags().StringVar(&o.metricsURL, "metrics-url", "http://localhost:8001", "METRICS_URL in the demo's file")
	return cmd
}

func seed(ctx context.Context, c *Config, o *seedOptions, streams Streams) error {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrated(ctx); err != nil {
		return err
	}
	catalog, err := seedCatalog(ctx, db)
	if err != nil {
		return fmt.Errorf("seeding the markets: %w", err)
	}
	fmt.Fprintf(streams.Err, "%d assets, %d markets\n", len(catalog.Assets()), len(catalog.Markets()))
	if o.operatorEnv != "" {
		operator, err := newOperator(ctx, db)
		if err == nil {
			err = writeEnv(o.operatorEnv, operator.lines(), streams.Out)
		}
		if err != nil {
			return fmt.Errorf("making the operator's key: %w", err)
		}
	}
	if o.demoEnv != "" {
		s := &seeder{config: c, db: db, catalog: catalog}
		text := "# Written by exchange seed. The demo's secrets: not for real money.\n" +
			assignment("EXCHANGE_URL", o.exchangeURL) + assignment("METRICS_URL", o.metricsURL)
		made, err := s.demo(ctx, streams)
		for _, m := range made {
			text += m.lines()
		}
		if err == nil {
			err = writeEnv(o.demoEnv, text, streams.Out)
		}
		if err != nil {
			return fmt.Errorf("seeding the demo: %w", err)
		}
	}
	return nil
}

// seedCatalog adds what is missing. Another seed at the same time may get in the
// way, so it tries again.
func seedCatalog(ctx context.Context, db *postgres.DB) (catalog *postgres.Catalog, err error) {
	for range 5 {
		if catalog, err = addCatalog(ctx, db); err == nil {
			return catalog, nil
		}
	}
	return nil, err
}

func addCatalog(ctx context.Context, db *postgres.DB) (*postgres.Catalog, error) {
	if err := db.AddAssets(ctx, demoAssets); err != nil {
		return nil, err
	}
	for _, m := range demoMarkets {
		if err := db.AddMarket(ctx, m); err != nil {
			return nil, err
		}
	}
	return db.Catalog(ctx)
}

// seeder fills the demo. Deposits and orders are commands like any others: it leads
// while it works if nobody else does, and forwards them otherwise.
type seeder struct {
	config  *Config
	db      *postgres.DB
	catalog *postgres.Catalog
	trading *trading.Service
}

// nowhere is the seeder's address for commands of replicas: it takes none, and they
// try again until it is done.
const nowhere = "localhost:0"

func (s *seeder) demo(ctx context.Context, streams Streams) ([]credentials, error) {
	o := tradingOptions(s.config, s.db, s.catalog.Markets(), newLogger(streams.Err, max(s.config.LogLevel, slog.LevelWarn)))
	o.Observer, o.Address = metrics.New("").Writer, nowhere
	o.Publish, o.ApplyView, o.Reset = func(*exchange.Batch) {}, func(*exchange.Batch) {}, func(exchange.BookSnapshot) {}
	s.trading = trading.New(o)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.trading.Run(running)
	}()
	made, err := s.accounts(ctx)
	err = errors.Join(err, s.trading.Resign(ctx))
	stop()
	<-ended
	return made, err
}

func (s *seeder) accounts(ctx context.Context) ([]credentials, error) {
	var made []credentials
	for _, d := range demoAccounts {
		cr, account, err := s.account(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", d.name, err)
		}
		if err := s.fund(ctx, account, d); err != nil {
			return nil, fmt.Errorf("funds of %s: %w", d.name, err)
		}
		if d.name == demoMaker {
			if err := s.orders(ctx, account); err != nil {
				return nil, fmt.Errorf("orders of %s: %w", d.name, err)
			}
		}
		made = append(made, cr)
	}
	return made, nil
}

func (s *seeder) fund(ctx context.Context, account exchange.Account, d demoAccount) error {
	for _, f := range d.funds {
		asset, known := s.catalog.Asset(f.asset)
		if !known {
			return fmt.Errorf("there is no asset %s", f.asset)
		}
		err := s.submit(ctx, "deposit/"+d.name+"/"+f.asset, exchange.Command{
			Kind: exchange.Deposit, Account: account.ID, Asset: asset.ID, Amount: exchange.MustAmount(f.amount), Reference: "demo",
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) orders(ctx context.Context, maker exchange.Account) error {
	for _, l := range demoLadders {
		m, known := s.catalog.Market(l.symbol)
		if !known {
			return fmt.Errorf("there is no market %s", l.symbol)
		}
		for n := 1; n <= demoDepth; n++ {
			for _, side := range []exchange.Side{exchange.Buy, exchange.Sell} {
				order := l.order(side, n)
				err := s.submit(ctx, "order/"+order.ClientID, exchange.Command{
					Kind: exchange.PlaceOrder, Account: maker.ID, Market: m.ID, Order: order,
				})
				if code := exchange.CodeOf(err); code == exchange.CodeWouldMatch {
					continue // others have traded since: the book is not ours any more
				}
				if err != nil {
					return fmt.Errorf("%s: %w", order.ClientID, err)
				}
			}
		}
	}
	return nil
}

// submit executes a command once, however often the demo is seeded.
func (s *seeder) submit(ctx context.Context, name string, command exchange.Command) error {
	hash := sha256.Sum256([]byte(name))
	command.Idempotency = &exchange.IdempotencyKey{Scope: "seed", Key: name, Hash: hash[:]}
	for {
		_, err := s.trading.Submit(ctx, command)
		switch exchange.CodeOf(err) {
		case exchange.CodeUnavailable, exchange.CodeUnknownOutcome, exchange.CodeIdempotencyInFlight:
			// Nobody leads yet, or another seed is at it; the key makes trying again safe.
		default:
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}
