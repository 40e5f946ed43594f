// Package exchangetest runs the exchange's program for tests that look at it from
// outside, as its clients and operators do.
//
// A package that uses it has this TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(exchangetest.Main(m)) }
package exchangetest
