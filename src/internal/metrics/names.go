package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Names lists, sorted, every metric name that a query may use: those of this
// package, with a histogram's own name (native) and its _bucket, _count and _sum
// (classic), and those of the Go runtime and the process on this platform.
func Names() []string {
	m := New("")
	m.RegisterPool(func() PoolStats { return PoolStats{} })
	names := slices.Concat(m.names, runtimeNames())
	slices.Sort(names)
	return slices.Compact(names)
}

func histogramNames(name string) []string {
	return []string{name, name + "_bucket", name + "_count", name + "_sum"}
}

// runtimeNames asks the collectors themselves, whose series are always there. What
// cannot be gathered on this platform is not exported on it either.
func runtimeNames() []string {
	r := prometheus.NewRegistry()
	r.MustRegister(runtimeCollectors()...)
	families, _ := r.Gather()
	var names []string
	for _, f := range families {
		switch f.GetType() {
		case dto.MetricType_HISTOGRAM:
			names = append(names, histogramNames(f.GetName())...)
		case dto.MetricType_SUMMARY:
			names = append(names, f.GetName(), f.GetName()+"_count", f.GetName()+"_sum")
		default:
			names = append(names, f.GetName())
		}
	}
	return names
}
