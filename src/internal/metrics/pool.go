package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// PoolStats is the state of a connection pool at one moment. The counts of
// acquisitions and their time only rise.
type PoolStats struct {
	Acquired, Idle, Max int32         // connections
	AcquireCount        int64         // successful acquisitions
	EmptyAcquireCount   int64         // those that had to wait for a connection
	AcquireDuration     time.Duration // of all successful acquisitions
}

// RegisterPool exports the database pool's state, read at each scrape. It may be
// called once.
func (m *Metrics) RegisterPool(stats func() PoolStats) {
	p := &poolCollector{stats: stats}
	var names []string
	add := func(kind prometheus.ValueType, name, help string, value func(*PoolStats) float64) {
		names = append(names, name)
		p.series = append(p.series, poolSeries{prometheus.NewDesc(name, help, nil, nil), kind, value})
	}
	const prefix = "exchange_database_pool_"
	add(prometheus.GaugeValue, prefix+"acquired_connections", "Database connections in use.",
		func(s *PoolStats) float64 { return float64(s.Acquired) })
	add(prometheus.GaugeValue, prefix+"idle_connections", "Database connections that wait to be used.",
		func(s *PoolStats) float64 { return float64(s.Idle) })
	add(prometheus.GaugeValue, prefix+"max_connections", "Database connections that the pool may open.",
		func(s *PoolStats) float64 { return float64(s.Max) })
	add(prometheus.CounterValue, prefix+"acquires_total", "Database connections acquired.",
		func(s *PoolStats) float64 { return float64(s.AcquireCount) })
	add(prometheus.CounterValue, prefix+"empty_acquires_total", "Acquisitions that had to wait because no connection was idle.",
		func(s *PoolStats) float64 { return float64(s.EmptyAcquireCount) })
	add(prometheus.CounterValue, prefix+"acquire_duration_seconds_total", "Time spent acquiring database connections.",
		func(s *PoolStats) float64 { return s.AcquireDuration.Seconds() })
	m.register(p, names...)
}

type poolCollector struct {
	stats  func() PoolStats
	series []poolSeries
}

type poolSeries struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(*PoolStats) float64
}

// Describe implements prometheus.Collector.
func (p *poolCollector) Describe(out chan<- *prometheus.Desc) {
	for _, s := range p.series {
		out <- s.desc
	}
}

// Collect implements prometheus.Collector with one reading for all series.
func (p *poolCollector) Collect(out chan<- prometheus.Metric) {
	stats := p.stats()
	for _, s := range p.series {
		out <- prometheus.MustNewConstMetric(s.desc, s.kind, s.value(&stats))
	}
}
