// Package exchangetest runs the exchange's program for tests that look at it from
// outside, as its clients and operators do.
package exchangetest
