package reporter

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/diff"
)

// maxDifference is how many bytes a difference may have: a comment on GitHub, with room for
// what is around it.
const maxDifference = 65_000

// DifferenceFormats are the ways in which a difference can be shown.
var DifferenceFormats = map[string]func(w io.Writer, base string, all []diff.Application) error{
	"text":     differenceText,
	"markdown": differenceMarkdown,
}

func differenceText(w io.Writer, base string, all []diff.Application) error {
	if len(all) == 0 {
		_, err := fmt.Fprintf(w, "nothing changed since %s\n", base)
		return err
	}
	for _, a := range all {
		if _, err := fmt.Fprintf(w, "%s/%s: %s\n%s", a.Cluster, a.Name, counts(a), changes(a, "  ")); err != nil {
			return err
		}
	}
	return nil
}

func counts(a diff.Application) string {
	return fmt.Sprintf("%d added, %d removed, %d changed", a.Count(diff.Added), a.Count(diff.Removed), a.Count(diff.Changed))
}

// changes lists the changes of an Application, one a line, with fields below.
func changes(a diff.Application, indent string) string {
	var b strings.Builder
	for _, c := range a.Changes {
		fmt.Fprintf(&b, "%s%s %s", indent, c.Kind, c.Object)
		if c.Was != "" {
			fmt.Fprintf(&b, " (was %s)", c.Was)
		}
		fmt.Fprintf(&b, " %s\n", c.Position)
		for _, f := range c.Fields {
			fmt.Fprintf(&b, "%s    %s: %s → %s\n", indent, f.Path, orNothing(f.Old), orNothing(f.New))
		}
	}
	return b.String()
}

func orNothing(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// differenceMarkdown writes the summary first, then as many details as a comment takes.
func differenceMarkdown(w io.Writer, base string, all []diff.Application) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### What the clusters will run\n\nCompared with `%s`.\n\n", base)
	if len(all) == 0 {
		b.WriteString("Nothing changes.\n")
		_, err := io.WriteString(w, b.String())
		return err
	}
	b.WriteString("| cluster | Application | added | removed | changed |\n|---|---|---|---|---|\n")
	for _, a := range all {
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d |\n", a.Cluster, a.Name, a.Count(diff.Added), a.Count(diff.Removed), a.Count(diff.Changed))
	}
	left := 0
	for _, a := range all {
		detail := fmt.Sprintf("\n<details><summary>%s/%s</summary>\n\n````text\n%s````\n\n</details>\n", a.Cluster, a.Name, changes(a, ""))
		if left > 0 || b.Len()+len(detail) > maxDifference {
			left++
			continue
		}
		b.WriteString(detail)
	}
	if left > 0 {
		fmt.Fprintf(&b, "\nThe details of %d more Applications do not fit: see `gitops diff --base %s`.\n", left, base)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
