package reporter

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

// Format writes a report.
type Format func(io.Writer, *report.Report) error

var formats = []struct {
	name  string
	write Format
}{
	{"text", Plain},
	{"json", JSON},
	{"markdown", Markdown},
	{"sarif", SARIF},
	{"junit", JUnit},
	{"github", GitHub},
}

// Formats returns the names of the formats of a report.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// For returns a format by its name.
func For(name string) (Format, error) {
	for _, f := range formats {
		if f.name == name {
			return f.write, nil
		}
	}
	return nil, fmt.Errorf("--format %q: must be one of %s", name, strings.Join(Formats(), ", "))
}
