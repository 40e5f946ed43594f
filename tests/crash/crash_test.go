package crash_test

import (
	"slices"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/exchangetest"
	"github.com/bitpin/exchange/src/lab/pgtest"
	"github.com/bitpin/exchange/src/lab/postgres"
)

const (
	kills       = 20
	killsShort  = 4
	maxTakeover = 3 * time.Second
)

// unlimited are the settings for traders who send more than people do.
var unlimited = []string{"ORDER_LIMIT=10000000", "WEIGHT_LIMIT=100000000", "MAX_OPEN_ORDERS=100000"}

// site is a database server that keeps what it confirms, an exchange on it, and its
// replicas.
type site struct {
	server   *postgres.Server
	url      string
	exchange *exchangetest.Exchange
	replicas []*exchangetest.Replica
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{server: pgtest.Server(t)}
	if err := s.server.EnsureDatabase(t.Context(), "exchange"); err != nil {
		t.Fatal(err)
	}
	s.url = s.server.URL("exchange")
	s.exchange = exchangetest.New(t, s.url, unlimited...)
	return s
}

// start adds a replica.
func (s *site) start(settings ...string) {
	s.replicas = append(s.replicas, s.exchange.Start(settings...))
}

// leader returns the replica that leads.
func (s *site) leader(t *testing.T) *exchangetest.Replica {
	t.Helper()
	at := -1
	eventually(t, "one of the replicas leads", func() bool {
		at = slices.IndexFunc(s.replicas, (*exchangetest.Replica).Leads)
		return at >= 0
	})
	return s.replicas[at]
}

func TestKilledLeadersLoseNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.start()
	s.start()
	l := s.startLoad(t)
	n := kills
	if testing.Short() {
		n = killsShort
	}
	var takeovers []time.Duration
	for range n {
		l.AwaitAcks(200)
		leader := s.leader(t)
		leader.Kill()
		l.Mark()
		leader.Launch()
		took := l.AwaitAck()
		if takeovers = append(takeovers, took); took > maxTakeover {
			t.Errorf("it took %s until orders were acknowledged again", took)
		}
		leader.AwaitReady()
	}
	l.AwaitAcks(200)
	l.Compare()
	slices.Sort(takeovers)
	t.Logf("%d kills of the leader: takeover p50 %s, max %s", n, takeovers[n/2].Round(time.Millisecond), takeovers[n-1].Round(time.Millisecond))
}
