package reporter

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// Plain writes a report for a terminal: what to correct, with its solution, then how
// much was looked at.
func Plain(w io.Writer, r *report.Report) error {
	var b strings.Builder
	for _, g := range groups(r.Results) {
		word := string(g.Severity)
		switch {
		case g.State == report.Fixed:
			word = "fixed"
		case g.Waived != "":
			word = "waived"
		case g.State != "":
			word = fmt.Sprintf("%s, %s", word, g.State)
		}
		fmt.Fprintf(&b, "%s: %s: %s%s\n", g.Position, word, statement(g.Result), g.origin(g.Rule))
		switch {
		case g.State == report.Fixed:
		case g.Waived != "":
			fmt.Fprintf(&b, "    %s\n", g.Waived)
		case g.Solution != "":
			fmt.Fprintf(&b, "    %s\n", g.Solution)
		}
	}
	fmt.Fprintf(&b, "%s (%s).\n", verdict(r), scope(r))
	_, err := io.WriteString(w, b.String())
	return err
}
