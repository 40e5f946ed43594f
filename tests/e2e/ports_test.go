//go:build e2e

package e2e_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"
)

// Who may ask what, as the exchange's NetworkPolicies say it.
var (
	controller = map[string]string{"app.kubernetes.io/component": "controller"}
	prometheus = map[string]string{"app.kubernetes.io/name": "prometheus"}
)

const (
	service     = "http://exchange.exchange.svc.cluster.local"
	ping        = service + "/api/v3/ping"
	onService   = service + "/metrics"
	metricsPort = service + ":8001/metrics"
)

// ports: two ports of one Service, each for whom it is meant.
func ports() features.Feature {
	return features.New("ports").
		Assess("80 leads to the API, which shows no metrics", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			answers := site.probe(t, untilAnswered, "ingress-nginx", controller, ping, onService, service+"/livez")
			if a := answers[0]; a.Status != http.StatusOK || strings.TrimSpace(a.Body) != "{}" {
				t.Errorf("%+v", a)
			}
			for _, a := range answers[1:] {
				if a.Status != http.StatusNotFound || strings.Contains(a.Body, "exchange_") {
					t.Errorf("%+v", a)
				}
			}
			return ctx
		}).
		Assess("8001 leads to the metrics", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			if a := site.probe(t, untilAnswered, "monitoring", prometheus, metricsPort)[0]; a.Status != http.StatusOK || !strings.Contains(a.Body, "# TYPE ") {
				t.Errorf("%+v", a)
			}
			return ctx
		}).
		Assess("nobody else gets an answer", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			site.strangersNamespace(t)
			answers := site.probe(t, untilDenied, stranger, nil, ping, metricsPort)
			answers = append(answers, site.probe(t, untilDenied, "monitoring", prometheus, ping)...)
			answers = append(answers, site.probe(t, untilDenied, "ingress-nginx", controller, metricsPort)...)
			for _, a := range answers {
				if a.Status != 0 {
					t.Errorf("%+v", a)
				}
			}
			return ctx
		}).
		Feature()
}
