package metrics

import (
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics owns a registry of its own, so that several can live in one process.
type Metrics struct {
	Writer *Writer // the one writer, its lease and the audit of the ledger
	Stream *Stream // WebSocket streams

	registry *prometheus.Registry
	http     httpMetrics
	names    []string // of the families below, without those of the Go runtime
}

// New makes a registry with the Go runtime's and the process's collectors and
// everything that the exchange measures. version is shown by exchange_build_info.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(runtimeCollectors()...)
	m.gaugeVec("exchange_build_info", "The running build; always 1.", "version", "goversion").
		WithLabelValues(version, runtime.Version()).Set(1)
	m.http = newHTTPMetrics(m)
	m.Writer = newWriter(m)
	m.Stream = newStream(m)
	return m
}

func runtimeCollectors() []prometheus.Collector {
	return []prometheus.Collector{
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	}
}

// Handler answers a scrape, as OpenMetrics, protobuf (which carries native
// histograms) or text, whichever the scraper prefers.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		EnableOpenMetrics: true,
		Registry:          m.registry,
	})
}

// Gatherer gives the registry to tests and to pushers.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }
