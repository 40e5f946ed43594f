// Package venuetest runs an exchange inside a test, for what stands before one: a
// database, the one writer, which needs no peers here, and the picture of the market.
package venuetest

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/internal/trading"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

// Listing is what is traded on a venue, and how many orders an account may have open.
type Listing struct {
	Assets        []string
	Markets       []exchange.Market
	MaxOpenOrders int
}

// Venue is a running exchange.
type Venue struct {
	DatabaseURL string
	DB          *postgres.DB
	Catalog     *postgres.Catalog
	View        *marketdata.View
	Trading     *trading.Service

	tb testing.TB
}

// New starts an exchange with a database of its own, until the test ends.
func New(tb testing.TB, listing Listing) *Venue {
	tb.Helper()
	v := &Venue{DatabaseURL: pgtest.New(tb), tb: tb}
	sealer, err := credential.NewSealer(credential.Derive([]byte("tests"), "venue"))
	v.must(err)
	v.DB, err = postgres.Open(tb.Context(), v.DatabaseURL, 8, sealer, time.Now)
	v.must(err)
	tb.Cleanup(v.DB.Close)
	_, err = v.DB.Migrate(tb.Context())
	v.must(err)
	v.must(v.DB.AddAssets(tb.Context(), listing.Assets))
	for _, m := range listing.Markets {
		v.must(v.DB.AddMarket(tb.Context(), m))
	}
	v.Catalog, err = v.DB.Catalog(tb.Context())
	v.must(err)
	v.View = marketdata.New(v.Catalog.Markets())
	v.trade(listing.MaxOpenOrders)
	return v
}

func (v *Venue) must(err error) {
	v.tb.Helper()
	if err != nil {
		v.tb.Fatal(err)
	}
}

// trade runs the writer.
func (v *Venue) trade(maxOpenOrders int) {
	v.tb.Helper()
	v.Trading = trading.New(trading.Options{
		Journal: v.DB, Feed: v.DB, Markets: v.Catalog.Markets(), Observer: nobody{}, Log: slog.New(slog.NewTextHandler(v.tb.Output(), nil)), Now: time.Now,
		Holder: "test", Address: "127.0.0.1:1", PeerKey: make([]byte, 32), Publish: func(*exchange.Batch) {},
		Reset:         func(b exchange.BookSnapshot) { v.View.Reset(b.Seq, b.Levels, b.LastPrices) },
		ApplyView:     v.View.Apply,
		LeaseDuration: 2 * time.Second, BatchMaxCommands: 100, BatchMaxDelay: 2 * time.Millisecond, QueueLimit: 1000, CommandTimeout: 10 * time.Second,
		BatchRetention: time.Hour, MakerFee: 1000, TakerFee: 1000, MaxOpenOrders: maxOpenOrders,
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(v.tb.Context()))
	ended := make(chan struct{})
	go func() { v.Trading.Run(ctx); close(ended) }()
	v.tb.Cleanup(func() { cancel(); <-ended })
}

// Open opens an account with deposits such as "BTC=1". The hash is of its password, ""
// for none.
func (v *Venue) Open(name, passwordHash string, deposits ...string) exchange.AccountID {
	v.tb.Helper()
	account, err := v.DB.CreateAccount(v.tb.Context(), name, passwordHash, nil)
	v.must(err)
	for _, deposit := range deposits {
		code, amount, _ := strings.Cut(deposit, "=")
		_, err := v.Trading.Submit(v.tb.Context(), exchange.Command{
			Kind: exchange.Deposit, Account: account.ID, Asset: v.Asset(code), Amount: exchange.MustAmount(amount), Reference: "test"})
		v.must(err)
	}
	return account.ID
}

// Asset is the identity of a listed asset.
func (v *Venue) Asset(code string) exchange.AssetID {
	v.tb.Helper()
	asset, known := v.Catalog.Asset(code)
	if !known {
		v.tb.Fatalf("no asset %s", code)
	}
	return asset.ID
}

// nobody observes the writer.
type nobody struct{}

func (nobody) ObserveBatch(int, time.Duration) {}
func (nobody) ObserveQueue(int)                {}
func (nobody) ObserveTakeover(time.Duration)   {}
func (nobody) CountCommand(string, string)     {}
func (nobody) CountTrades(string, int)         {}
func (nobody) SetOpenOrders(string, int)       {}
func (nobody) SetLease(bool, int64)            {}
