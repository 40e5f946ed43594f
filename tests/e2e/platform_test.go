//go:build e2e

package e2e_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/bitpin/exchange/src/lab/cluster"
	"github.com/bitpin/exchange/src/lab/traders"
)

const (
	host    = "crypto-exchange.local"
	origin  = "http://" + host
	appName = "exchange" // the Application, the Deployment and the Ingress
)

// platform is the cluster under test, as its users and operators see it.
type platform struct {
	*cluster.Access
	lab        *cluster.Lab
	demo       map[string]string // accounts and API keys
	database   string            // its URL
	outside    *http.Client      // reaches the ingress, whatever the host is
	namespaces []string          // that Applications fill
}

func newPlatform(ctx context.Context, lab *cluster.Lab) (*platform, error) {
	access, err := lab.Access()
	if err != nil {
		return nil, err
	}
	p := &platform{Access: access, lab: lab, outside: outside()}
	if p.demo, err = readDemo(lab.DemoEnv()); err != nil {
		return nil, err
	}
	if p.database, err = lab.DatabaseURL(); err != nil {
		return nil, err
	}
	list, err := p.Dynamic.Resource(applications).Namespace("argocd").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		p.namespaces = append(p.namespaces, text(list.Items[i].Object, "spec", "destination", "namespace"))
	}
	slices.Sort(p.namespaces)
	p.namespaces = slices.Compact(p.namespaces)
	return p, nil
}

var applications = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}

// outside is a client whose every host is the cluster's ingress.
func outside() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, "127.0.0.1:80")
		},
	}}
}

// readDemo reads lines of the form NAME=value or NAME='value'.
func readDemo(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the demo's accounts: %w", err)
	}
	defer f.Close()
	demo := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, value, found := strings.Cut(lines.Text(), "="); found && !strings.HasPrefix(name, "#") {
			demo[name] = strings.Trim(value, `'"`)
		}
	}
	if demo["OPERATOR_API_KEY"] == "" {
		return nil, errors.New(path + " has no OPERATOR_API_KEY")
	}
	return demo, lines.Err()
}

// client trades for one of the demo's accounts through the ingress.
func (p *platform) client(account string) *binance.Client {
	c := binance.NewClient(p.demo[account+"_API_KEY"], p.demo[account+"_API_SECRET"]).SetApiEndpoint(origin)
	c.HTTPClient = p.outside
	return c
}

// resting is an order far below the market.
func resting(c *binance.Client) *binance.CreateOrderService {
	return c.NewCreateOrderService().Symbol("BTCUSDT").Side(binance.SideTypeBuy).Type(binance.OrderTypeLimit).
		TimeInForce(binance.TimeInForceTypeGTC).Price("10000").Quantity("0.001")
}

// load has six accounts, made for it, trade through the ingress at a pace that the
// limits of a client's address allow, also where one replica takes it all.
func (p *platform) load(t *testing.T) *traders.Load {
	t.Helper()
	name := fmt.Sprintf("e2e-%x-", time.Now().Unix())
	operator := traders.Account{Name: "operator", Key: p.demo["OPERATOR_API_KEY"], Secret: p.demo["OPERATOR_API_SECRET"]}
	staff := &traders.Operator{Account: operator, HTTP: p.outside}
	o := traders.Options{
		Name: name, URLs: []string{origin}, HTTP: p.outside, Operator: operator, DatabaseURL: p.database,
		Verify: func() (string, error) { return p.verify(t) }, Pace: 250 * time.Millisecond, Resting: 40,
	}
	for n := range 6 {
		account, err := staff.Open(origin, fmt.Sprintf("%s%d", name, n), map[string]string{"BTC": "100", "USDT": "10000000"})
		if err != nil {
			t.Fatal(err)
		}
		o.Accounts = append(o.Accounts, account)
	}
	t.Cleanup(func() { // after the traders have ended
		for _, a := range o.Accounts {
			c := binance.NewClient(a.Key, a.Secret).SetApiEndpoint(origin)
			c.HTTPClient = p.outside
			if _, err := c.NewCancelOpenOrdersService().Symbol("BTCUSDT").Do(context.Background()); err != nil && !strings.Contains(err.Error(), "-2011") {
				t.Logf("orders of %s stay in the book: %v", a.Name, err)
			}
		}
	})
	return traders.Start(t, o)
}

// verify runs `exchange verify` in a pod.
func (p *platform) verify(t *testing.T) (report string, err error) {
	for range 5 { // a pod may end meanwhile
		if report, err = p.InExchange(t.Context(), "verify"); err == nil || report != "" {
			return report, err
		}
		time.Sleep(time.Second)
	}
	return report, err
}

// servers lists the exchange's pods that are not ending.
func (p *platform) servers(ctx context.Context) ([]corev1.Pod, error) {
	list, err := p.Typed.CoreV1().Pods(cluster.ExchangeNamespace).List(ctx, metav1.ListOptions{LabelSelector: cluster.ExchangePods})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool { return pod.DeletionTimestamp != nil }), nil
}

func ready(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

func restarts(pods []corev1.Pod) (n int32) {
	for _, pod := range pods {
		for _, c := range pod.Status.ContainerStatuses {
			n += c.RestartCount
		}
	}
	return n
}

// allReady says which replica is not ready; it is empty if as many are as wanted.
func (p *platform) allReady(ctx context.Context) (missing string, err error) {
	d, err := p.Typed.AppsV1().Deployments(cluster.ExchangeNamespace).Get(ctx, appName, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	s := d.Status
	if s.ObservedGeneration < d.Generation || s.UpdatedReplicas != *d.Spec.Replicas || s.ReadyReplicas != *d.Spec.Replicas || s.Replicas != *d.Spec.Replicas {
		return fmt.Sprintf("%d of %d replicas are ready, %d updated, %d there", s.ReadyReplicas, *d.Spec.Replicas, s.UpdatedReplicas, s.Replicas), nil
	}
	return "", nil
}

// text reads a field of an object; an absent one is empty.
func text(o map[string]any, fields ...string) string {
	var value any = o
	for _, f := range fields {
		m, ok := value.(map[string]any)
		if !ok {
			return ""
		}
		value = m[f]
	}
	s, _ := value.(string)
	return s
}

// eventually waits until nothing is missing.
func eventually(t *testing.T, timeout time.Duration, what string, done func(context.Context) (missing string, err error)) {
	t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(100 * time.Millisecond) {
		missing, err := done(t.Context())
		if err == nil && missing == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %s, not yet: %s: %s", timeout, what, because(missing, err))
		}
	}
}

// because is an error's text, or what is missing.
func because(missing string, err error) string {
	if err != nil {
		return err.Error()
	}
	return missing
}
