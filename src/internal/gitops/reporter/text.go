// Package reporter shows findings.
package reporter

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// Text writes one line a finding: FILE:LINE: OBJECT: FIELD: MESSAGE (CLUSTER/APPLICATION, RULE).
func Text(w io.Writer, findings []report.Finding) error {
	for _, f := range findings {
		parts := []string{f.Position.String()}
		for _, part := range []string{f.Object, f.Field, f.Message} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		where := f.Cluster
		if f.Application != "" {
			where = strings.TrimPrefix(where+"/"+f.Application, "/")
		}
		if where != "" {
			where += ", "
		}
		if _, err := fmt.Fprintf(w, "%s (%s%s)\n", strings.Join(parts, ": "), where, f.Rule); err != nil {
			return err
		}
	}
	return nil
}
