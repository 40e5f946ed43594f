package delivery

import (
	"fmt"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// Refusal says why a change must not be made, and what to do. Nothing was changed.
type Refusal struct{ Reason string }

func (e *Refusal) Error() string { return e.Reason }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// PolicyError says that the policies refuse the result of a change. Nothing was changed.
type PolicyError struct{ Findings []report.Finding }

func (e *PolicyError) Error() string {
	return fmt.Sprintf("the result has %d findings that were not there before: nothing was changed", len(e.Findings))
}
