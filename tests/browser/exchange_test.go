package browser_test

import (
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/lab/exchangetest"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

// service is a running exchange with the demo.
type service struct {
	url  string
	demo map[string]string
}

// startExchange serves the demo until the test ends.
func startExchange(t *testing.T) *service {
	t.Helper()
	e := exchangetest.New(t, pgtest.New(t))
	return &service{url: e.Start().URL, demo: e.Demo}
}

// password returns a demo account's password.
func (s *service) password(t *testing.T, name string) string {
	t.Helper()
	password := s.demo[strings.ToUpper(name)+"_PASSWORD"]
	if password == "" {
		t.Fatalf("the demo has no password of %s: %v", name, s.demo)
	}
	return password
}
