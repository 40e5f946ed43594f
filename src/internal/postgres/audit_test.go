package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// violations lists what an audit found: the invariants' names with their rows.
func (d *desk) violations() []string {
	d.t.Helper()
	report, err := d.RunAudit(d.t.Context())
	d.must(err)
	found := []string{}
	for _, i := range report.Invariants {
		for _, example := range i.Examples {
			found = append(found, i.Name+": "+example)
		}
		if int(i.Violations) != len(i.Examples) {
			d.t.Errorf("%s: %d violations with %d examples", i.Name, i.Violations, len(i.Examples))
		}
	}
	return found
}

func TestHealthyExchangePassesItsAudit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	report, err := d.RunAudit(t.Context())
	d.must(err)
	if report.Seq != 22 || report.At != d.millis() || len(report.Invariants) != 17 || report.Violated() != 0 {
		t.Errorf("got %+v", report)
	}
	for _, i := range report.Invariants {
		if i.Name == "" || i.Meaning == "" {
			t.Errorf("got an invariant without a name or a meaning: %+v", i)
		}
	}
	if diff := cmp.Diff([]string{}, d.violations()); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyExchangePassesItsAudit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	report, err := d.RunAudit(t.Context())
	d.must(err)
	if report.Seq != 0 || report.Violated() != 0 {
		t.Errorf("got %+v", report)
	}
}

func TestBusyExchangePassesEveryAudit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, account := range []exchange.AccountID{alice, bob, carol} {
		for _, asset := range []exchange.AssetID{deskBTC, deskETH, deskUSDT} {
			d.submit(deposit(account, asset, "100000"))
		}
	}
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	traded, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for last := false; !last; {
			select {
			case <-traded:
				last = true
			default:
			}
			if report, err := d.RunAudit(t.Context()); err != nil || report.Violated() > 0 {
				t.Errorf("got %+v, %v", report, err)
				return
			}
		}
	}()
	for range 200 {
		for i := range 20 {
			_, err := d.apply(randomCommand(random, fmt.Sprintf("%d-%d", d.state.Seq(), i)))
			if code := exchange.CodeOf(err); code == exchange.CodeInternal {
				t.Fatal(err)
			}
			d.pass(time.Duration(random.IntN(2000)) * time.Millisecond)
		}
		d.commit()
	}
	close(traded)
	<-ended
	var trades, expired int
	d.query("SELECT (SELECT count(*) FROM trades), (SELECT count(*) FROM orders WHERE status = 6)", &trades, &expired)
	if trades < 500 || expired < 50 {
		t.Errorf("only %d trades and %d orders expired by self-trade prevention", trades, expired)
	}
}

// randomCommand is mostly an order near 100, and else anything. Many are refused.
func randomCommand(r *rand.Rand, clientID string) exchange.Command {
	account := alice + exchange.AccountID(r.IntN(3))
	market := btcusdt + exchange.MarketID(r.IntN(2))
	ref := int64(r.IntN(4000))
	switch r.IntN(20) {
	case 0:
		return deposit(account, exchange.AssetID(1+r.IntN(3)), "5.5")
	case 1:
		return withdraw(account, exchange.AssetID(1+r.IntN(3)), "1.25")
	case 2:
		return exchange.Command{Kind: exchange.SettleWithdrawal, Withdrawal: exchange.Seq(ref)}
	case 3:
		return exchange.Command{Kind: exchange.CancelWithdrawal, Account: account, Withdrawal: exchange.Seq(ref)}
	case 4:
		return exchange.Command{Kind: exchange.CancelAllOrders, Account: account, Market: exchange.MarketID(r.IntN(3))}
	case 5, 6, 7, 8:
		return exchange.Command{Kind: exchange.CancelOrder, Account: account, Market: market, Ref: exchange.OrderRef{ID: exchange.OrderID(ref)}}
	case 9:
		return marketByQuote(account, market, exchange.Side(1+r.IntN(2)), "777.77", clientID)
	}
	price, quantity := fmt.Sprintf("%d.%02d", 95+r.IntN(10), r.IntN(100)), fmt.Sprintf("%d.%04d", r.IntN(5), 1+r.IntN(9000))
	command := limit(account, market, exchange.Side(1+r.IntN(2)), quantity, price, clientID)
	command.Order.SelfTrade = exchange.SelfTradePrevention(1 + r.IntN(3))
	if r.IntN(10) == 0 {
		command.Order.Type = exchange.LimitMaker
	} else if r.IntN(4) == 0 {
		command.Order.TimeInForce = exchange.TimeInForce(2 + r.IntN(2))
	}
	return command
}

func TestAuditNamesTwentyRowsAndCountsAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run("INSERT INTO balances SELECT 100, n, 5, 0 FROM generate_series(1001, 1030) AS n")
	report, err := d.RunAudit(t.Context())
	d.must(err)
	for _, i := range report.Invariants {
		if i.Name == "balances_equal_entries" && (i.Violations != 30 || len(i.Examples) != 20) {
			t.Errorf("%d violations with %d examples, want 30 with 20", i.Violations, len(i.Examples))
		}
	}
	if report.Violated() == 0 {
		t.Error("nothing was found")
	}
}

func TestAuditThatCannotReadATableFails(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run("DROP TABLE candles")
	if report, err := d.RunAudit(t.Context()); err == nil || report.Invariants != nil {
		t.Errorf("got %+v, %v", report, err)
	}
}

func TestLatestReportIsKept(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	none, err := d.Audit(t.Context())
	d.must(err)
	if diff := cmp.Diff(exchange.AuditReport{}, none); diff != "" {
		t.Errorf("before the first: %s", diff)
	}
	older := exchange.AuditReport{At: 1, Seq: 7, Invariants: []exchange.Invariant{{Name: "a", Meaning: "b", Violations: 1, Examples: []string{"row <1>"}}}}
	later := exchange.AuditReport{At: 2, Seq: 8, Invariants: []exchange.Invariant{{Name: "a", Meaning: "b"}}}
	for _, step := range []struct{ save, want exchange.AuditReport }{{older, older}, {later, later}, {older, later}} {
		d.must(d.SaveAudit(t.Context(), step.save))
		got, err := d.replica().Audit(t.Context())
		d.must(err)
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// BenchmarkAudit audits an exchange that has executed 200,000 commands.
func BenchmarkAudit(b *testing.B) {
	d := newDesk(b)
	for _, account := range []exchange.AccountID{alice, bob, carol} {
		for _, asset := range []exchange.AssetID{deskBTC, deskETH, deskUSDT} {
			d.submit(deposit(account, asset, "10000000"))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for d.state.Seq() < 200_000 {
		for i := range 1000 {
			_, err := d.apply(randomCommand(random, fmt.Sprintf("%d-%d", d.state.Seq(), i)))
			if exchange.CodeOf(err) == exchange.CodeInternal {
				b.Fatal(err)
			}
			d.pass(50 * time.Millisecond)
		}
		d.commit()
	}
	d.run("ANALYZE")
	for b.Loop() {
		if report, err := d.RunAudit(b.Context()); err != nil || report.Violated() > 0 {
			b.Fatalf("got %+v, %v", report, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/(float64(d.state.Seq())/1e6), "ms/million-commands")
}
