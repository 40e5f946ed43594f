package clients_test

import (
	"testing"

	"github.com/bitpin/exchange/src/lab/exchangetest"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

// service is a running exchange with the demo.
type service struct {
	url  string
	demo map[string]string
}

// startExchange serves the demo until the test ends, to clients that send more than
// people do.
func startExchange(t *testing.T) *service {
	t.Helper()
	e := exchangetest.New(t, pgtest.New(t), "ORDER_LIMIT=100000", "WEIGHT_LIMIT=1000000")
	return &service{url: e.Start().URL, demo: e.Demo}
}
