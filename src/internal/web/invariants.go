package web

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// invariantsPage is the content of the page on the state of the books. Known is false
// until the first audit is done.
type invariantsPage struct {
	Known  bool
	Report exchange.AuditReport
}

func (s *site) invariants(w http.ResponseWriter, r *http.Request) {
	report, err := s.Books.Audit(r.Context())
	if err != nil && exchange.CodeOf(err) != exchange.CodeNotFound {
		s.fail(w, r, "reading the audit", err)
		return
	}
	s.render(w, r, http.StatusOK, page{
		Template: "invariants", Title: "Invariants", Path: "/invariants", Section: "invariants",
		Content: invariantsPage{Known: err == nil && len(report.Invariants) > 0, Report: report},
	})
}
