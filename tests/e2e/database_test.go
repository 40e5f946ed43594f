//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"
	"github.com/jackc/pgx/v5"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

// Bounds of how long it may take.
const (
	outageSeen  = 10 * time.Second // until a replica says that it is not ready
	serviceBack = time.Minute
)

// database: PostgreSQL is outside the cluster, and goes and comes.
func database() features.Feature {
	return features.New("database").
		Assess("orders are in the PostgreSQL beside the cluster", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			placed, err := resting(site.client("ALICE")).Do(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if clientID := site.stored(ctx, t, placed.OrderID); clientID != placed.ClientOrderID {
				t.Errorf("order %d is stored as %q, not %q", placed.OrderID, clientID, placed.ClientOrderID)
			}
			if _, err := site.client("ALICE").NewCancelOrderService().Symbol("BTCUSDT").OrderID(placed.OrderID).Do(ctx); err != nil {
				t.Error(err)
			}
			return ctx
		}).
		Assess("without it orders are refused and nothing restarts; with it service resumes and nothing is lost", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			site.outage(ctx, t)
			return ctx
		}).
		Feature()
}

// stored reads an order's client id from the database itself.
func (p *platform) stored(ctx context.Context, t *testing.T, id int64) (clientID string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, p.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, "SELECT client_order_id FROM orders WHERE id = $1", id).Scan(&clientID); err != nil {
		t.Fatalf("looking for order %d in the database: %v", id, err)
	}
	return clientID
}

// outage takes the power from the database's machine, under load, and gives it back.
func (p *platform) outage(ctx context.Context, t *testing.T) {
	t.Helper()
	before, err := p.servers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	l := p.load(t)
	l.AwaitAcks(100)
	t.Cleanup(func() { // whatever happens: others need it
		if err := cluster.StartDatabase(context.Background()); err != nil {
			t.Error(err)
		}
	})
	began := time.Now()
	if err := cluster.KillDatabase(ctx); err != nil {
		t.Fatal(err)
	}
	for _, pod := range before {
		eventually(t, outageSeen, pod.Name+" says that it is not ready", func(ctx context.Context) (string, error) {
			return p.saysReady(ctx, pod.Name)
		})
	}
	t.Logf("all replicas say that they are not ready %s after the database was gone", time.Since(began).Round(10*time.Millisecond))
	for _, pod := range before {
		p.refuses(ctx, t, pod.Name)
	}
	p.ingressRefuses(ctx, t)
	l.Mark()
	began = time.Now()
	if err := cluster.StartDatabase(ctx); err != nil {
		t.Fatal(err)
	}
	l.AwaitAck()
	t.Logf("orders are acknowledged %s after its machine was started", time.Since(began).Round(10*time.Millisecond))
	eventually(t, serviceBack, "all replicas are ready", p.allReady)
	l.AwaitAcks(100)
	after, err := p.servers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range before {
		if !slices.ContainsFunc(after, func(now corev1.Pod) bool { return now.UID == pod.UID }) {
			t.Errorf("%s was replaced", pod.Name)
		}
	}
	if was, is := restarts(before), restarts(after); is != was {
		t.Errorf("containers restarted %d times", is-was)
	}
	l.Compare()
	eventually(t, scraped, "all targets are up, the database's among them", p.monitorsUp)
}

// saysReady asks a replica itself.
func (p *platform) saysReady(ctx context.Context, pod string) (string, error) {
	base, client := p.Through("pods", cluster.ExchangeNamespace, pod, "8001")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable {
		return "it answers " + response.Status, nil
	}
	return "", nil
}

// refuses sends an order to a replica itself, which must say that it was not executed.
func (p *platform) refuses(ctx context.Context, t *testing.T, pod string) {
	t.Helper()
	base, client := p.Through("pods", cluster.ExchangeNamespace, pod, "8000")
	c := binance.NewClient(p.demo["ALICE_API_KEY"], p.demo["ALICE_API_SECRET"]).SetApiEndpoint(base)
	status := &statusKeeper{RoundTripper: client.Transport}
	c.HTTPClient = &http.Client{Transport: status, Timeout: 20 * time.Second}
	_, err := resting(c).Do(ctx)
	var refusal *common.APIError
	if !errors.As(err, &refusal) || refusal.Code != -1001 || status.code != http.StatusServiceUnavailable {
		t.Errorf("%s answers an order with status %d: %v; want 503 and code -1001", pod, status.code, err)
		return
	}
	t.Logf("%s answers %d: %v", pod, status.code, err)
}

// ingressRefuses sends an order through the ingress, which knows by and by that there
// is nobody to send it to.
func (p *platform) ingressRefuses(ctx context.Context, t *testing.T) {
	t.Helper()
	status := &statusKeeper{RoundTripper: p.outside.Transport}
	c := p.client("ALICE")
	c.HTTPClient = &http.Client{Transport: status, Timeout: 20 * time.Second}
	eventually(t, outageSeen, "the ingress answers 503", func(context.Context) (string, error) {
		_, err := resting(c).Do(ctx)
		switch {
		case err == nil:
			t.Fatal("an order was acknowledged without a database")
		case status.code != http.StatusServiceUnavailable:
			return fmt.Sprintf("status %d: %v", status.code, strings.TrimSpace(err.Error())), nil
		}
		return "", nil
	})
}

// statusKeeper remembers the status of the last answer.
type statusKeeper struct {
	http.RoundTripper
	code int
}

func (s *statusKeeper) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.RoundTripper.RoundTrip(r)
	s.code = 0
	if err == nil {
		s.code = response.StatusCode
	}
	return response, err
}
