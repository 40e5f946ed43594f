// Package metrics is the exchange's Prometheus registry: what is measured, under
// which name, and the handler that shows it.
//
// Names start with "exchange_", carry base units (seconds, not milliseconds) and
// end in "_total" where they only rise. Every label is bounded: routes are chi's
// patterns, never paths. Names lists them all, so that dashboards and alerts can
// be checked against the code.
package metrics
