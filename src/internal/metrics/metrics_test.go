package metrics_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/bitpin/exchange/src/internal/metrics"
)

// everything makes a registry in which each family has at least one series.
func everything(t *testing.T) *metrics.Metrics {
	t.Helper()
	m := metrics.New("1.2.3")
	m.RegisterPool(func() metrics.PoolStats {
		return metrics.PoolStats{Acquired: 3, Idle: 2, Max: 16, AcquireCount: 40, EmptyAcquireCount: 5, AcquireDuration: 1500 * time.Millisecond}
	})
	w := m.Writer
	w.ObserveBatch(17, 3*time.Millisecond)
	w.ObserveQueue(9)
	w.SetLease(true, 7)
	w.SetOpenOrders("BTCUSDT", 12)
	w.CountCommand("place", "accepted")
	w.ObserveTakeover(1200 * time.Millisecond)
	w.SetDatabaseUp(true)
	w.CountTrades("BTCUSDT", 4)
	w.SetInvariantViolations("entries_sum_to_zero", 0)
	w.SetLastAudit(time.UnixMilli(1_700_000_000_500), 99)
	s := m.Stream
	s.Opened()
	s.Opened()
	s.Closed()
	s.Refused()
	s.AddSubscriptions(3)
	s.CountMessages(11)
	s.SlowConsumer()
	s.SetSequence(99)
	m.HTTP(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	return m
}

func scrape(t *testing.T, m *metrics.Metrics, accept string) (body, contentType string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, error %v", w.Code, err)
	}
	return string(b), w.Header().Get("Content-Type")
}

func TestNamesAndHelpFollowPrometheusConventions(t *testing.T) {
	t.Parallel()
	families, err := everything(t).Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestNamesListsExactlyWhatIsExported(t *testing.T) {
	t.Parallel()
	body, _ := scrape(t, everything(t), "text/plain")
	exported := map[string]bool{}
	for line := range strings.Lines(body) {
		if !strings.HasPrefix(line, "#") {
			exported[line[:strings.IndexAny(line, "{ ")]] = true
		}
	}
	names := metrics.Names()
	for name := range exported {
		if !slices.Contains(names, name) && !strings.HasPrefix(name, "promhttp_") {
			t.Errorf("%s is exported but not in Names", name)
		}
	}
	for _, name := range names {
		histogram := slices.Contains(names, name+"_bucket")
		if !exported[name] && !histogram {
			t.Errorf("%s is in Names but not exported", name)
		}
	}
}

func TestScrapeShowsWhatWasReported(t *testing.T) {
	t.Parallel()
	body, contentType := scrape(t, everything(t), "application/openmetrics-text; version=1.0.0")
	if !strings.HasPrefix(contentType, "application/openmetrics-text") || !strings.HasSuffix(body, "# EOF\n") {
		t.Errorf("not OpenMetrics: %s", contentType)
	}
	for _, want := range []string{
		`exchange_build_info{goversion="go`,
		`version="1.2.3"} 1`,
		"exchange_batch_commands_sum 17.0",
		"exchange_batch_commit_duration_seconds_sum 0.003",
		"exchange_command_queue_depth 9.0",
		"exchange_lease_held 1.0",
		"exchange_lease_epoch 7.0",
		`exchange_open_orders{market="BTCUSDT"} 12.0`,
		`exchange_commands_total{kind="place",result="accepted"} 1.0`,
		"exchange_takeover_duration_seconds_sum 1.2",
		"exchange_database_up 1.0",
		`exchange_trades_total{market="BTCUSDT"} 4.0`,
		`exchange_invariant_violations{invariant="entries_sum_to_zero"} 0.0`,
		"exchange_audit_last_timestamp_seconds 1.7000000005e+09",
		"exchange_audit_last_sequence 99.0",
		"exchange_stream_connections 1.0",
		"exchange_stream_connections_opened_total 2.0",
		"exchange_stream_connections_refused_total 1.0",
		"exchange_stream_subscriptions 3.0",
		"exchange_stream_messages_total 11.0",
		"exchange_stream_slow_consumers_total 1.0",
		"exchange_stream_sequence 99.0",
		"exchange_database_pool_acquired_connections 3.0",
		"exchange_database_pool_idle_connections 2.0",
		"exchange_database_pool_max_connections 16.0",
		"exchange_database_pool_acquires_total 40.0",
		"exchange_database_pool_empty_acquires_total 5.0",
		"exchange_database_pool_acquire_duration_seconds_total 1.5",
		"go_goroutines ",
		"process_start_time_seconds ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the scrape lacks %q", want)
		}
	}
}

func TestLosingTheLeaseForgetsWhatOnlyTheWriterKnows(t *testing.T) {
	t.Parallel()
	m := everything(t)
	m.Writer.SetLease(false, 8)
	body, _ := scrape(t, m, "text/plain")
	if strings.Contains(body, "exchange_open_orders{") {
		t.Error("a follower still exports the number of open orders")
	}
	for _, want := range []string{"exchange_lease_held 0\n", "exchange_lease_epoch 8\n", "exchange_command_queue_depth 0\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("the scrape lacks %q", want)
		}
	}
}
