//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/coder/websocket"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

// ingress: what the world reaches, and what it does not.
func ingress() features.Feature {
	return features.New("ingress").
		Assess("an order is placed, found and cancelled", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			site.order(ctx, t)
			return ctx
		}).
		Assess("an unknown host is not found", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			if status, body := site.get(t, "http://unknown.example/api/v3/ping"); status != http.StatusNotFound {
				t.Errorf("status %d: %s", status, body)
			}
			return ctx
		}).
		Assess("metrics and health are not reachable", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			for _, path := range []string{"/metrics", "/livez", "/readyz"} {
				if status, body := site.get(t, origin+path); status != http.StatusNotFound || strings.Contains(body, "# TYPE ") {
					t.Errorf("%s: status %d: %s", path, status, body)
				}
			}
			return ctx
		}).
		Assess("a stream survives that the controller loads another configuration", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			events := site.trades(t)
			site.trade(ctx, t)
			await(t, events)
			site.reload(t)
			site.trade(ctx, t)
			await(t, events)
			return ctx
		}).
		Feature()
}

// order places an order that rests, finds it and cancels it.
func (p *platform) order(ctx context.Context, t *testing.T) {
	t.Helper()
	c := p.client("ALICE")
	placed, err := resting(c).Do(ctx)
	if err != nil {
		t.Errorf("placing an order: %v", err)
		return
	}
	found, err := c.NewGetOrderService().Symbol("BTCUSDT").OrderID(placed.OrderID).Do(ctx)
	if err != nil || found.Status != binance.OrderStatusTypeNew {
		t.Errorf("looking for the order: %+v, %v", found, err)
	}
	if gone, err := c.NewCancelOrderService().Symbol("BTCUSDT").OrderID(placed.OrderID).Do(ctx); err != nil || gone.Status != binance.OrderStatusTypeCanceled {
		t.Errorf("cancelling the order: %+v, %v", gone, err)
	}
}

// get asks a URL from outside.
func (p *platform) get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := p.outside.Do(request)
	if err != nil {
		t.Fatalf("asking %s: %v", url, err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		t.Fatalf("reading %s: %v", url, err)
	}
	return response.StatusCode, string(content)
}

// trades connects to the stream of trades and hands on its messages until the test
// ends. It ends early if the connection does.
func (p *platform) trades(t *testing.T) <-chan string {
	t.Helper()
	connection, response, err := websocket.Dial(t.Context(), "ws://"+host+"/ws/btcusdt@trade", &websocket.DialOptions{HTTPClient: outside()})
	if err != nil {
		t.Fatalf("connecting to a stream: %v", err)
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("connecting to a stream: %s", response.Status)
	}
	events := make(chan string, 1000)
	ctx := t.Context()
	go func() {
		defer close(events)
		for {
			_, message, err := connection.Read(ctx)
			if err != nil {
				return
			}
			events <- string(message)
		}
	}()
	t.Cleanup(func() { _ = connection.CloseNow() })
	return events
}

func await(t *testing.T, events <-chan string) {
	t.Helper()
	select {
	case event, open := <-events:
		if !open {
			t.Fatal("the stream has ended")
		}
		if !strings.Contains(event, `"e":"trade"`) {
			t.Errorf("an event of the stream of trades: %s", event)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the stream is silent")
	}
}

// trade has two accounts trade with each other, inside the spread of the demo's
// market maker.
func (p *platform) trade(ctx context.Context, t *testing.T) {
	t.Helper()
	for account, side := range map[string]binance.SideType{"ALICE": binance.SideTypeBuy, "BOB": binance.SideTypeSell} {
		_, err := p.client(account).NewCreateOrderService().Symbol("BTCUSDT").Side(side).Type(binance.OrderTypeLimit).
			TimeInForce(binance.TimeInForceTypeGTC).Price("60000").Quantity("0.001").Do(ctx)
		if err != nil {
			t.Fatalf("%s of %s: %v", side, account, err)
		}
	}
}

// reload gives the ingress controller another host, and takes it away again. Both are
// seen from outside.
func (p *platform) reload(t *testing.T) {
	t.Helper()
	const another = "another." + host
	ingresses := p.Typed.NetworkingV1().Ingresses(cluster.ExchangeNamespace)
	now, err := ingresses.Get(t.Context(), appName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rule := *now.Spec.Rules[0].DeepCopy()
	rule.Host = another
	_, err = ingresses.Create(t.Context(), &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Name: "another"},
		Spec:       networkingv1.IngressSpec{IngressClassName: now.Spec.IngressClassName, Rules: []networkingv1.IngressRule{rule}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	remove := func() error { return ingresses.Delete(context.Background(), "another", metav1.DeleteOptions{}) }
	t.Cleanup(func() { _ = remove() }) // if we do not get as far as below
	answers := func(want int) func(context.Context) (string, error) {
		return func(context.Context) (string, error) {
			if status, _ := p.get(t, "http://"+another+"/api/v3/ping"); status != want {
				return fmt.Sprintf("status %d", status), nil
			}
			return "", nil
		}
	}
	eventually(t, time.Minute, "the controller knows another host", answers(http.StatusOK))
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, "the controller has forgotten the other host", answers(http.StatusNotFound))
}
