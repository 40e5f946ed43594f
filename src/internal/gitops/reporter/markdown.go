package reporter

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

const (
	// Marker is the first line of the comment that a pull request gets, by which it is
	// found again and updated.
	Marker = "<!-- gitops check -->"
	// maxComment is how many characters GitHub takes in a comment.
	maxComment = 65536
)

// Markdown writes a report as a comment on a pull request: the summary first, the
// details folded, as many as GitHub takes.
func Markdown(w io.Writer, r *report.Report) error {
	all := groups(r.Results)
	failing := filter(all, report.Result.Failing)
	sections := []struct {
		title string
		list  []*group
		open  bool
	}{
		{"To correct", failing, true},
		{"Warnings", filter(all, func(r report.Result) bool {
			return r.Severity == report.Warns && r.Waived == "" && r.State != report.Fixed
		}), false},
		{"There before", filter(all, report.Result.FailedBefore), false},
		{"Waived", filter(all, func(r report.Result) bool { return r.Waived != "" && r.State != report.Fixed }), false},
		{"Fixed", filter(all, func(r report.Result) bool { return r.State == report.Fixed }), false},
	}
	var b strings.Builder
	sign := "✅"
	if len(failing) > 0 {
		sign = "❌"
	}
	fmt.Fprintf(&b, "%s\n### %s gitops check: %s\n\n%s.\n", Marker, sign, escape(verdict(r)), escape(scope(r)))
	for _, s := range sections {
		if len(s.list) > 0 {
			section(&b, s.title, s.list, s.open)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// section writes groups in a part that can be folded, while there is room.
func section(b *strings.Builder, title string, list []*group, open bool) {
	const reserve = 600 // for the ends of this section and the titles of those that follow
	attribute := ""
	if open {
		attribute = " open"
	}
	fmt.Fprintf(b, "\n<details%s><summary>%s (%d)</summary>\n\n", attribute, title, len(list))
	for i, g := range list {
		item := item(g)
		if b.Len()+len(item)+reserve > maxComment {
			fmt.Fprintf(b, "\n%d more do not fit here: see the log of the job.\n", len(list)-i)
			break
		}
		b.WriteString(item)
	}
	b.WriteString("\n</details>\n")
}

func item(g *group) string {
	reason := g.Solution
	if g.Waived != "" {
		reason = g.Waived
	}
	about := ""
	if text := subject(g.Result); text != "" {
		about = " `" + code(text) + "`"
	}
	return fmt.Sprintf("- `%s` **%s**%s  \n  %s  \n  %s%s\n", code(g.Position.String()), escape(g.Rule), about,
		escape(g.Message), escape(reason), escape(g.origin()))
}

var markup = strings.NewReplacer(
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "<", "&lt;", ">", "&gt;", "|", "\\|", "[", "\\[", "]", "\\]", "#", "\\#", "@", "@\u200b", "\n", " ",
)

// escape keeps text from being read as markup, or from calling somebody.
func escape(text string) string { return markup.Replace(text) }

// code keeps text within a span of code.
func code(text string) string { return strings.NewReplacer("`", "'", "\n", " ").Replace(text) }
