package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/adshao/go-binance/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestDemoMarketsAreValid(t *testing.T) {
	t.Parallel()
	for _, m := range demoMarkets {
		if err := m.Validate(); err != nil {
			t.Error(err)
		}
		for _, l := range demoLadders {
			if l.symbol != m.Symbol {
				continue
			}
			for n := 1; n <= demoDepth; n++ {
				for _, side := range []exchange.Side{exchange.Buy, exchange.Sell} {
					o := l.order(side, n)
					notional, err := exchange.Notional(o.Price, o.Quantity)
					if err := errors.Join(err, m.CheckPrice(o.Price), m.CheckQuantity(o.Quantity), m.CheckNotional(notional)); err != nil {
						t.Errorf("%s: %v", o.ClientID, err)
					}
				}
			}
		}
	}
}

// contents counts what a seed makes.
func contents(t *testing.T, v variablesOf) map[string]int {
	t.Helper()
	c, err := readConfig(cmdMigrate, v.lookup)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.Database.dsn())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	counts := map[string]int{}
	for _, table := range []string{"assets", "markets", "accounts", "api_keys", "deposits", "orders", "commands"} {
		var n int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[table] = n
	}
	return counts
}

func TestSeedingTwiceFindsEverythingAgain(t *testing.T) {
	t.Parallel()
	v, first := seeded(t)
	before := contents(t, v)
	second := seedDemo(t, v)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the credentials changed (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(before, contents(t, v)); diff != "" {
		t.Errorf("the database changed (-first +second):\n%s", diff)
	}
	want := map[string]int{"assets": 3, "markets": 3, "accounts": 6, "api_keys": 4, "deposits": 9, "orders": 120, "commands": 129}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("seeded (-want +got):\n%s", diff)
	}
}

func TestSeedsThatStartAtOnceMakeOneDemo(t *testing.T) {
	t.Parallel()
	v := migrated(t)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if code, _, errors := run(t, v, "seed", "--demo-env", "-"); code != exitOK {
				t.Errorf("exit code %d: %s", code, errors)
			}
		})
	}
	group.Wait()
	if got := contents(t, v); got["commands"] != 129 || got["accounts"] != 6 || got["markets"] != 3 {
		t.Errorf("seeded %v", got)
	}
}

func TestSeedWithoutADemoMakesNoAccount(t *testing.T) {
	t.Parallel()
	v := migrated(t)
	if code, out, errors := run(t, v, "seed"); code != exitOK || out != "" || errors != "3 assets, 3 markets\n" {
		t.Errorf("exit code %d, out %q, errors %q", code, out, errors)
	}
	if got := contents(t, v); got["markets"] != 3 || got["accounts"] != 2 || got["commands"] != 0 {
		t.Errorf("seeded %v, want the markets and the exchange's own accounts", got)
	}
}

func TestOperatorOfANewExchangeGetsAKeyThatWorks(t *testing.T) {
	t.Parallel()
	v := migrated(t)
	r := startReplica(t, v)
	var keys []string
	for range 2 {
		operator := assignments(mustRun(t, v, "seed", "--operator-env", "-"))
		keys = append(keys, operator["OPERATOR_API_KEY"])
		if _, err := r.client(operator, "OPERATOR").NewGetAccountService().Do(t.Context()); err != nil {
			t.Errorf("the operator's key: %v", err)
		}
	}
	if keys[0] == keys[1] {
		t.Error("the second key is the first one")
	}
	if got := contents(t, v); got["accounts"] != 3 || got["api_keys"] != 2 {
		t.Errorf("seeded %v, want one operator with two keys", got)
	}
}

func TestSeedWhileTheExchangeServesGoesThroughItsWriter(t *testing.T) {
	t.Parallel()
	v := migrated(t)
	mustRun(t, v, "seed")
	r := startReplica(t, v)
	demo := seedDemo(t, v)
	r.awaitDepth(t)
	account, err := r.client(demo, "MAKER").NewGetAccountService().Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range account.Balances {
		if b.Asset == "USDT" && exchange.MustAmount(b.Free)+exchange.MustAmount(b.Locked) != exchange.MustAmount("50000000") {
			t.Errorf("maker has %+v", b)
		}
	}
}

func TestDemoFileIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	v := migrated(t)
	path := filepath.Join(t.TempDir(), "demo.env")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, v, "seed", "--demo-env", path, "--exchange-url", "http://it's:1", "--metrics-url", "http://m:2")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v; want mode 0600", info, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "\nEXCHANGE_URL='http://it'\\''s:1'\nMETRICS_URL='http://m:2'\n") {
		t.Errorf("the file: %s, %v", text, err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside it: %v, %v", left, err)
	}
}

func TestDemoOfAnotherSecretKeyIsRefused(t *testing.T) {
	t.Parallel()
	v, _ := seeded(t)
	other := v.with("SECRET_KEY=" + secretKeyText[2:] + "00")
	code, _, errors := run(t, other, "seed", "--demo-env", filepath.Join(t.TempDir(), "demo.env"))
	if code != exitFailed || !strings.Contains(errors, "account alice") || !strings.Contains(errors, "another SECRET_KEY") {
		t.Errorf("exit code %d, errors %q", code, errors)
	}
}

func TestFirstBuyOfTheReadmeRests(t *testing.T) {
	t.Parallel()
	v, demo := seeded(t)
	r := startReplica(t, v)
	order := r.buy(t, demo, "ALICE")
	if order.Status != binance.OrderStatusTypeNew {
		t.Errorf("the first order is %s, want NEW", order.Status)
	}
}
