package check

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// The index of the rules stands between these lines of policy/README.md.
const (
	indexBegin = "<!-- begin: gitops policies --write -->\n"
	indexEnd   = "<!-- end -->\n"
)

// IndexFile is where the index of the rules is.
const IndexFile = Dir + "/README.md"

// areas in the order of the index, with what they are about.
var areas = []struct{ name, about string }{
	{"wiring", "what one object says of another"},
	{"pods", "what containers may and have"},
	{"secrets", "where secrets are, and are not"},
	{"network", "what is reachable"},
	{"argo", "what Argo CD is told"},
	{"cluster", "what concerns all of it"},
}

// Pages returns the files that describe the rules, given the index file as it is.
func (p *Policies) Pages(index string) (map[string]string, error) {
	before, rest, found := strings.Cut(index, indexBegin)
	_, after, ended := strings.Cut(rest, indexEnd)
	if !found || !ended {
		return nil, errors.New(IndexFile + " has no lines between which the index stands: " + strings.TrimSpace(indexBegin) + " and " + strings.TrimSpace(indexEnd))
	}
	pages := map[string]string{IndexFile: before + indexBegin + p.index() + indexEnd + after}
	for _, rule := range p.rules {
		pages[path.Join(path.Dir(rule.File), "README.md")] = page(rule)
	}
	return pages, nil
}

// index is a table an area.
func (p *Policies) index() string {
	var b strings.Builder
	for _, area := range areas {
		fmt.Fprintf(&b, "\n### %s: %s\n\n| rule | severity | holds that |\n|---|---|---|\n", area.name, area.about)
		for _, rule := range p.rules {
			if strings.HasPrefix(rule.ID, area.name+".") {
				fmt.Fprintf(&b, "| [%s](%s) | %s | %s |\n", rule.ID, strings.TrimPrefix(path.Dir(rule.File), Dir+"/"), rule.Severity, cell(rule.Title))
			}
		}
	}
	b.WriteByte('\n')
	return b.String()
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// page describes one rule.
func page(rule report.Rule) string {
	name := strings.TrimSuffix(path.Base(rule.File), ".rego")
	return fmt.Sprintf("# %s\n\n`%s`, %s. Written by `gitops policies --write` from [%s.rego](%s.rego); tested in [%s_test.rego](%s_test.rego).\n\n%s\n\n**To correct it:** %s\n",
		rule.Title, rule.ID, rule.Severity, name, name, name, name, rule.Description, rule.Solution)
}
