package engine_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// series are values by metric and by labels, in promtool's notation: "1x20" is 1 and
// twenty times more, "0+15x20" rises by 15 each time, "_" is no sample.
type series map[string]map[string]string

// scenario is what is scraped, and which alerts fire after how long.
type scenario struct {
	name   string
	every  time.Duration
	series series
	want   map[time.Duration][]string
}

const (
	a     = `{job="exchange",namespace="exchange",pod="a"}`
	b     = `{job="exchange",namespace="exchange",pod="b"}`
	good  = `{job="exchange",namespace="exchange",pod="a",method="POST",route="/api/v3/order",code="200"}`
	bad   = `{job="exchange",namespace="exchange",pod="a",method="POST",route="/api/v3/order",code="503"}`
	order = `job="exchange",namespace="exchange",pod="a",method="POST",route="/api/v3/order",code="200"`
	pod   = `job="exchange",namespace="exchange",pod="a"`
)

// healthy is an exchange of two replicas under load.
func healthy() series {
	return series{
		"up":                                            {a: "1x2000", b: "1x2000"},
		"exchange_http_requests_total":                  {good: "0+1000x2000"},
		"exchange_database_up":                          {a: "1x2000", b: "1x2000"},
		"exchange_lease_held":                           {a: "1x2000", b: "0x2000"},
		"exchange_lease_epoch":                          {a: "4x2000", b: "3x2000"},
		"exchange_command_queue_depth":                  {a: "20x2000", b: "0x2000"},
		"exchange_invariant_violations":                 {`{` + pod + `,invariant="entries_sum_to_zero"}`: "0x2000"},
		"exchange_audit_last_timestamp_seconds":         {a: "0+15x2000", b: "0+15x2000"},
		"exchange_database_pool_acquired_connections":   {a: "3x2000", b: "1x2000"},
		"exchange_database_pool_max_connections":        {a: "16x2000", b: "16x2000"},
		"exchange_http_request_duration_seconds_bucket": buckets(order, "0.1", "0+1000x2000", "0.5", "0+1000x2000", "+Inf", "0+1000x2000"),
		"exchange_batch_commit_duration_seconds_bucket": buckets(pod, "0.01", "0+50x2000", "0.25", "0+50x2000", "+Inf", "0+50x2000"),
	}
}

// buckets are the series of a histogram, given as bound, values, bound, values …
func buckets(labels string, boundsAndValues ...string) map[string]string {
	made := map[string]string{}
	for i := 0; i < len(boundsAndValues); i += 2 {
		made[`{`+labels+`,le="`+boundsAndValues[i]+`"}`] = boundsAndValues[i+1]
	}
	return made
}

// but is a healthy exchange, except for some metrics.
func but(changed series) series {
	s := healthy()
	maps.Copy(s, changed)
	return s
}

// at builds what fires when.
func at(pairs ...any) map[time.Duration][]string {
	want := map[time.Duration][]string{}
	for i := 0; i < len(pairs); i += 2 {
		want[pairs[i].(time.Duration)], _ = pairs[i+1].([]string)
	}
	return want
}

func only(names ...string) []string { return names }

var nothing []string

const minute = time.Minute

func scenarios() []scenario {
	const scrape = 15 * time.Second
	return []scenario{
		{"healthy", scrape, healthy(), at(0*minute, nothing, 5*minute, nothing, 40*minute, nothing)},
		{"the database is away", scrape, but(series{"exchange_database_up": {a: "1x19 0x100", b: "1x19 0x100"}}),
			at(5*minute+30*time.Second, nothing, 7*minute, only("ExchangeDatabaseUnreachable"))},
		{"one replica does not reach the database", scrape, but(series{"exchange_database_up": {a: "1x200", b: "0x200"}}),
			at(1*minute, nothing, 3*minute, only("ExchangeReplicaWithoutDatabase"))},
		{"a pool is used up", scrape, but(series{"exchange_database_pool_acquired_connections": {a: "16x200", b: "1x200"}}),
			at(9*minute, nothing, 11*minute, only("ExchangeDatabasePoolExhausted"))},
		{"nobody takes the lease", scrape, but(series{"exchange_lease_held": {a: "0x200", b: "0x200"}}),
			at(30*time.Second, nothing, 2*minute, only("ExchangeLeaseWithoutHolder"))},
		{"the holder dies and another takes over", scrape, but(series{
			"up":                   {a: "1x20 0x1 1x200", b: "1x200"},
			"exchange_lease_held":  {a: "1x20 _x2 0x200", b: "0x20 1x200"},
			"exchange_lease_epoch": {a: "4x20 _x2 0x200", b: "3x20 5x200"},
		}), at(5*minute+15*time.Second, nothing, 30*minute, nothing)},
		{"two hold the lease", scrape, but(series{"exchange_lease_held": {a: "1x200", b: "0x10 1x200"}}),
			at(3*minute, nothing, 5*minute, only("ExchangeLeaseTwoHolders"))},
		{"two are seen for one scrape", scrape, but(series{"exchange_lease_held": {a: "1x11 0x200", b: "0x10 1x200"}, "exchange_lease_epoch": {a: "4x200", b: "3x10 5x200"}}),
			at(2*minute+45*time.Second, nothing, 3*minute, nothing)},
		{"the holder loses the lease and goes on", scrape, but(series{"exchange_lease_held": {a: "1x20 0x200", b: "0x20 1x200"}}),
			at(5*minute, nothing, 7*minute, only("ExchangeLeaseLost"), 20*minute, nothing)},
		{"the lease goes to and fro", scrape, but(series{"exchange_lease_epoch": {a: "1x12 2x12 3x12 4x12 5x12 6x12 7x12 8x40"}}),
			at(10*minute, nothing, 22*minute, only("ExchangeLeaseFlapping"))},
		{"commits are slow", scrape, but(series{"exchange_batch_commit_duration_seconds_bucket": buckets(pod, "0.01", "0x200", "0.25", "0+50x200", "+Inf", "0+50x200")}),
			at(9*minute, nothing, 15*minute, only("ExchangeCommitSlow"))},
		{"orders are slow", scrape, but(series{"exchange_http_request_duration_seconds_bucket": buckets(order, "0.1", "0x200", "0.5", "0+1000x200", "+Inf", "0+1000x200")}),
			at(9*minute, nothing, 15*minute, only("ExchangeLatencyHigh"))},
		{"commands pile up", scrape, but(series{"exchange_command_queue_depth": {a: "20x20 4000x200", b: "0x200"}}),
			at(6*minute, nothing, 11*minute, only("ExchangeQueueDeep"))},
		{"an invariant is broken", scrape, but(series{"exchange_invariant_violations": {`{` + pod + `,invariant="entries_sum_to_zero"}`: "0x20 2x200"}}),
			at(5*minute, nothing, 5*minute+15*time.Second, only("ExchangeInvariantViolated"))},
		{"nobody audits", scrape, but(series{"exchange_audit_last_timestamp_seconds": {a: "0x200", b: "0x200"}}),
			at(15*minute, nothing, 21*minute, only("ExchangeAuditStale"))},
		{"no replica can be scraped", scrape, series{"up": {a: "0x200"}}, at(1*minute, nothing, 3*minute, only("ExchangeTargetMissing"))},
		{"no replica is known", scrape, series{"up": {`{job="other"}`: "1x200"}}, at(1*minute, nothing, 3*minute, only("ExchangeTargetMissing"))},
		{"one in twenty requests fails, for a while", scrape, but(series{"exchange_http_requests_total": {good: "0+950x2000", bad: "0+50x240 12000x600"}}),
			at(1*minute, nothing, 5*minute, only("ExchangeErrorBudgetBurn"), 100*minute, nothing)},
		{"one in five thousand requests fails", scrape, but(series{"exchange_http_requests_total": {good: "0+4999x2000", bad: "0+1x2000"}}),
			at(2*time.Hour, nothing)},
		{"one in five hundred requests fails, for hours", minute, series{"up": {a: "1x2000"}, "exchange_http_requests_total": {good: "0+998x2000", bad: "0+2x2000"}},
			at(2*time.Hour, nothing, 4*time.Hour, only("ExchangeErrorBudgetBurn"))},
	}
}

func TestAlertsFireWhenTheyShouldAndNotOtherwise(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func TestEachAlertOfTheExchangeHasAScenario(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, s := range scenarios() {
		for _, names := range s.want {
			for _, name := range names {
				shown[name] = true
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(ruleDir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`alert: (Exchange\w+)`).FindAllSubmatch(content, -1) {
			found++
			if !shown[string(match[1])] {
				t.Errorf("no scenario shows %s", match[1])
			}
		}
	}
	if found == 0 {
		t.Error("there is no alert of the exchange: the test looks in the wrong place")
	}
}
