package reporter

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub writes a report as workflow commands, which GitHub shows at the lines that they
// name.
func GitHub(w io.Writer, r *report.Report) error {
	var b strings.Builder
	for _, g := range groups(r.Results) {
		if g.State == report.Fixed {
			continue
		}
		level := "notice"
		switch {
		case g.Failing():
			level = "error"
		case g.Waived == "":
			level = "warning"
		}
		properties := []string{"file=" + commandProperty.Replace(g.File)}
		if g.Line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", g.Line))
		}
		properties = append(properties, "title="+commandProperty.Replace(g.Rule))
		text := statement(g.Result) + g.origin() + "\n" + g.Solution
		fmt.Fprintf(&b, "::%s %s::%s\n", level, strings.Join(properties, ","), commandText.Replace(text))
	}
	fmt.Fprintf(&b, "%s (%s).\n", verdict(r), scope(r))
	_, err := io.WriteString(w, b.String())
	return err
}
