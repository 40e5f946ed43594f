package reporter

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Skipped *junitMessage `xml:"skipped,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes a report as test results: a suite a rule, a case a finding, and a case
// that passes for a rule without any.
func JUnit(w io.Writer, r *report.Report) error {
	out := junitSuites{Name: "gitops check"}
	for _, rule := range r.Rules {
		suite := junitSuite{Name: rule.ID}
		for _, result := range r.Results {
			if result.Rule == rule.ID && result.State != report.Fixed {
				suite.add(result)
			}
		}
		if len(suite.Cases) == 0 {
			suite.Cases = []junitCase{{Name: rule.Title, Class: rule.ID}}
		}
		suite.Tests = len(suite.Cases)
		out.Tests += suite.Tests
		out.Failures += suite.Failures
		out.Suites = append(out.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(r report.Result) {
	c := junitCase{Name: place(r) + " " + subject(r), Class: r.Rule, File: r.File, Line: r.Line}
	if r.Failing() {
		s.Failures++
		c.Failure = &junitMessage{Message: r.Message, Type: string(r.Severity), Text: fmt.Sprintf("%s: %s\n%s", r.Position, r.Message, r.Solution)}
	} else {
		s.Skipped++
		c.Skipped = &junitMessage{Message: notFailing(r)}
	}
	s.Cases = append(s.Cases, c)
}

// notFailing says why a result does not make the check fail.
func notFailing(r report.Result) string {
	switch {
	case r.Waived != "":
		return "waived: " + r.Waived
	case r.State == report.Existing:
		return "was there before: " + r.Message
	default:
		return "warning: " + r.Message
	}
}
