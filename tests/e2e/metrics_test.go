//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

const scraped = 2 * time.Minute // is everything by then, and every rule evaluated

// metrics: Prometheus sees what runs, and counts right.
func metrics() features.Feature {
	return features.New("metrics").
		Assess("the exchange's targets are up", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			eventually(t, scraped, "each replica is scraped", site.replicasScraped)
			return ctx
		}).
		Assess("whatever a ServiceMonitor names is up", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			eventually(t, scraped, "all targets are up", site.monitorsUp)
			return ctx
		}).
		Assess("every rule is loaded and none fails", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			eventually(t, scraped, "all rules are evaluated", site.rulesHealthy)
			return ctx
		}).
		Assess("after so many orders the counters say so", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			const orders = 20
			before := site.placed(ctx, t)
			eventually(t, time.Minute, "Prometheus has seen all so far", site.counted(t, before))
			for range orders {
				site.order(ctx, t)
			}
			if counted := site.placed(ctx, t) - before; counted != orders {
				t.Errorf("the replicas count %v of %d", counted, orders)
			}
			eventually(t, time.Minute, "Prometheus has seen the orders", site.counted(t, before+orders))
			return ctx
		}).
		Feature()
}

// prometheus asks Prometheus' API and decodes what it answers.
func (p *platform) prometheus(ctx context.Context, path string, data any) error {
	base, client := p.Through("services", "monitoring", "prometheus", "web")
	content, err := read(ctx, client, base+"/api/v1/"+path)
	if err != nil {
		return fmt.Errorf("asking Prometheus: %w", err)
	}
	return json.Unmarshal([]byte(content), &struct{ Data any }{data})
}

// target is a target of Prometheus.
type target struct {
	ScrapePool string
	Health     string
	LastError  string
	Labels     map[string]string
}

func (p *platform) targets(ctx context.Context) ([]target, error) {
	var found struct{ ActiveTargets []target }
	err := p.prometheus(ctx, "targets?state=active", &found)
	return found.ActiveTargets, err
}

// replicasScraped says which replica is not scraped.
func (p *platform) replicasScraped(ctx context.Context) (string, error) {
	found, err := p.targets(ctx)
	if err != nil {
		return "", err
	}
	servers, err := p.servers(ctx)
	if err != nil {
		return "", err
	}
	if len(servers) < 2 {
		return fmt.Sprintf("%d replicas run", len(servers)), nil
	}
	for _, pod := range servers {
		up := slices.ContainsFunc(found, func(f target) bool {
			return f.ScrapePool == "serviceMonitor/exchange/exchange/0" && f.Labels["pod"] == pod.Name && f.Health == "up"
		})
		if !up {
			return pod.Name + " is not", nil
		}
	}
	return "", nil
}

func monitoring(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "monitoring.coreos.com", Version: "v1", Resource: resource}
}

// monitorsUp says what a ServiceMonitor names and is not up. The API server, the
// kubelet and the ingress controller must be among them.
func (p *platform) monitorsUp(ctx context.Context) (string, error) {
	found, err := p.targets(ctx)
	if err != nil {
		return "", err
	}
	monitors, err := p.Dynamic.Resource(monitoring("servicemonitors")).List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	var names []string
	for _, m := range monitors.Items {
		endpoints, _, err := unstructured.NestedSlice(m.Object, "spec", "endpoints")
		if err != nil {
			return "", err
		}
		names = append(names, m.GetNamespace()+"/"+m.GetName())
		for i := range endpoints {
			pool := fmt.Sprintf("serviceMonitor/%s/%s/%d", m.GetNamespace(), m.GetName(), i)
			if !slices.ContainsFunc(found, func(f target) bool { return f.ScrapePool == pool }) {
				return pool + " has no target", nil
			}
		}
	}
	for _, f := range found {
		if f.Health != "up" {
			return fmt.Sprintf("%s %s is %s: %s", f.ScrapePool, f.Labels["instance"], f.Health, f.LastError), nil
		}
	}
	controller := "ingress-nginx/traefik"
	if p.Kind == cluster.Pulled {
		controller = "ingress-nginx/ingress-nginx-controller"
	}
	for _, needed := range []string{"monitoring/apiserver", "monitoring/kubelet", "monitoring/node-exporter", controller} {
		if !slices.Contains(names, needed) {
			return "there is no ServiceMonitor " + needed + " among " + strings.Join(names, ", "), nil
		}
	}
	return "", nil
}

// rulesHealthy says which rule is not loaded or fails.
func (p *platform) rulesHealthy(ctx context.Context) (string, error) {
	wanted, err := p.rulesInCluster(ctx)
	if err != nil {
		return "", err
	}
	var loaded struct {
		Groups []struct {
			File  string
			Rules []struct{ Name, Health, LastError string }
		}
	}
	if err := p.prometheus(ctx, "rules", &loaded); err != nil {
		return "", err
	}
	count := 0
	for _, g := range loaded.Groups {
		for _, r := range g.Rules {
			if count++; r.Health != "ok" {
				return fmt.Sprintf("%s of %s is %s: %s", r.Name, g.File, r.Health, r.LastError), nil
			}
		}
	}
	if count != wanted || count == 0 {
		return fmt.Sprintf("%d of %d are loaded", count, wanted), nil
	}
	return "", nil
}

// rulesInCluster counts the rules of all PrometheusRules.
func (p *platform) rulesInCluster(ctx context.Context) (count int, err error) {
	list, err := p.Dynamic.Resource(monitoring("prometheusrules")).List(ctx, metav1.ListOptions{})
	if err != nil {
		return 0, err
	}
	for _, o := range list.Items {
		groups, _, err := unstructured.NestedSlice(o.Object, "spec", "groups")
		if err != nil {
			return 0, err
		}
		for _, g := range groups {
			group, _ := g.(map[string]any)
			rules, _, err := unstructured.NestedSlice(group, "rules")
			if err != nil {
				return 0, err
			}
			count += len(rules)
		}
	}
	return count, nil
}

const accepted = `exchange_commands_total{kind="place",result="accepted"}`

// placed is how many orders the replicas that run have accepted, as they say.
func (p *platform) placed(ctx context.Context, t *testing.T) (sum float64) {
	t.Helper()
	servers, err := p.servers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range servers {
		value, err := p.metric(ctx, pod.Name, accepted)
		if err != nil {
			t.Fatal(err)
		}
		sum += value
	}
	return sum
}

// metric reads a series of a replica; one that is not there is 0.
func (p *platform) metric(ctx context.Context, pod, series string) (float64, error) {
	base, client := p.Through("pods", cluster.ExchangeNamespace, pod, "8001")
	content, err := read(ctx, client, base+"/metrics")
	if err != nil {
		return 0, fmt.Errorf("reading the metrics of %s: %w", pod, err)
	}
	for line := range strings.Lines(content) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, nil
}

// counted says how many orders the replicas that run have accepted, as Prometheus
// knows, unless it is so many.
func (p *platform) counted(t *testing.T, want float64) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		servers, err := p.servers(ctx)
		if err != nil {
			return "", err
		}
		var names []string
		for _, pod := range servers {
			names = append(names, pod.Name)
		}
		query := fmt.Sprintf(`sum(exchange_commands_total{kind="place", result="accepted", pod=~"%s"}) or vector(0)`, strings.Join(names, "|"))
		var found struct {
			Result []struct{ Value [2]any }
		}
		if err := p.prometheus(ctx, "query?query="+url.QueryEscape(query), &found); err != nil {
			return "", err
		}
		if len(found.Result) != 1 {
			t.Fatalf("%s: %+v", query, found)
		}
		if value := found.Result[0].Value[1]; value != strconv.FormatFloat(want, 'f', -1, 64) {
			return fmt.Sprintf("%v of %v", value, want), nil
		}
		return "", nil
	}
}

// read gets a URL, which must answer 200.
func read(ctx context.Context, client *http.Client, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s: %.200s", response.Status, content)
	}
	return string(content), err
}
