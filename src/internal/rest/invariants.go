package rest

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// invariants answers with the latest audit of the books. It is public.
func (c *call) invariants() error {
	report, err := c.api.Books.Audit(c.ctx)
	if err != nil {
		return err
	}
	if report.Invariants == nil {
		report.Invariants = []exchange.Invariant{}
	}
	return c.answerJSON(http.StatusOK, struct {
		exchange.AuditReport
		Violated int `json:"violated"`
	}{report, report.Violated()})
}
