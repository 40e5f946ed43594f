package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// durationBuckets are the classic buckets of durations, from 0.1 ms to 10 s.
var durationBuckets = []float64{
	.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10,
}

// Bounds of a native histogram: a bucket is at most 10 % wide, and a series
// holds at most so many of them.
const (
	nativeBucketFactor = 1.1
	nativeBucketLimit  = 160
	nativeResetAfter   = time.Hour
)

// The constructors below register a family and note its name for Names.

func (m *Metrics) counterVec(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.register(v, name)
	return v
}

func (m *Metrics) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	m.register(c, name)
	return c
}

func (m *Metrics) gaugeVec(name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.register(v, name)
	return v
}

func (m *Metrics) gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	m.register(g, name)
	return g
}

func (m *Metrics) histogramVec(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(histogramOpts(name, help, buckets), labels)
	m.register(v, histogramNames(name)...)
	return v
}

func (m *Metrics) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(histogramOpts(name, help, buckets))
	m.register(h, histogramNames(name)...)
	return h
}

// histogramOpts asks for classic and native buckets: a Prometheus that scrapes
// native histograms takes those, any other the classic ones.
func histogramOpts(name, help string, buckets []float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor:     nativeBucketFactor,
		NativeHistogramMaxBucketNumber:  nativeBucketLimit,
		NativeHistogramMinResetDuration: nativeResetAfter,
	}
}

func (m *Metrics) register(c prometheus.Collector, names ...string) {
	m.registry.MustRegister(c)
	m.names = append(m.names, names...)
}
