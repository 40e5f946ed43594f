package reporter_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/reporter"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample has a result of each sort.
func sample() *report.Report {
	port := report.Rule{ID: "wiring.port", Title: "Ports lead somewhere", Description: "Each port leads to a container.", Solution: "Declare the port.", Severity: report.Fails, File: "policy/wiring/port/port.rego"}
	path := report.Rule{ID: "wiring.path", Title: "Paths are known", Description: "Each path is listed.", Solution: "List the path.", Severity: report.Warns, File: "policy/wiring/path/path.rego"}
	quiet := report.Rule{ID: "wiring.quiet", Title: "Nothing is wrong here", Description: "Nothing at all.", Solution: "None.", Severity: report.Fails, File: "policy/wiring/quiet/quiet.rego"}
	result := func(rule report.Rule, cluster, field string, line int, message string) report.Result {
		return report.Result{
			Finding: report.Finding{
				Rule: rule.ID, Cluster: cluster, Application: "web", Object: "Service/web/web", Field: field,
				Position: source.Position{File: "apps/web/base/service.yaml", Line: line}, Message: message,
			},
			Severity: rule.Severity, Solution: rule.Solution, Identity: report.Identity(rule.ID, cluster, "Service/web/web", field),
		}
	}
	in := func(state report.State, r report.Result) report.Result { r.State = state; return r }
	waived := result(port, "lab", "spec.ports[2]", 12, "leads nowhere, for now")
	waived.Waived = "It moves. (me, until 2026-03-01)"
	whole := result(port, "", "", 0, "an <b>odd</b> message: 100%, `code`, @somebody\nand [a link](x)")
	whole.Application, whole.Object = "", ""
	return &report.Report{
		Clusters: []string{"lab", "live"}, Applications: 3, Objects: 20, Rules: []report.Rule{port, path, quiet}, Base: "main",
		Results: report.SortResults([]report.Result{
			in(report.New, result(port, "lab", "spec.ports[0]", 8, "leads nowhere")),
			in(report.New, result(port, "live", "spec.ports[0]", 8, "leads nowhere")),
			in(report.Existing, result(port, "live", "spec.ports[1]", 10, "led nowhere before")),
			in(report.Fixed, result(port, "lab", "spec.ports[3]", 14, "led nowhere")),
			in(report.New, result(path, "lab", "metadata.name", 4, "is no known path")),
			in(report.New, waived),
			in(report.New, whole),
		}),
	}
}

func write(t *testing.T, format string, r *report.Report) string {
	t.Helper()
	f, err := reporter.For(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormatsAreAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, format := range reporter.Formats() {
		got := write(t, format, sample())
		file := filepath.Join("testdata", "report."+format)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v (-update writes it)", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s differs (-want +got); if it is meant, -update:\n%s", file, diff)
		}
	}
}

func TestUnknownFormatsAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "yaml", "JSON"} {
		if _, err := reporter.For(name); err == nil {
			t.Errorf("%q is accepted", name)
		}
	}
}

func TestAFormatTellsWhenItCannotWrite(t *testing.T) {
	t.Parallel()
	for _, name := range reporter.Formats() {
		format, err := reporter.For(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := format(full{}, sample()); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// many is a report of far more than fits into a comment.
func many() *report.Report {
	r := sample()
	one := r.Results[0]
	for i := range 5000 {
		one.Line, one.Message = i+1, fmt.Sprintf("leads nowhere, %d", i)
		r.Results = append(r.Results, one)
	}
	return r
}

func TestMarkdownFitsIntoACommentOfGitHub(t *testing.T) {
	t.Parallel()
	text := write(t, "markdown", many())
	if n := utf8.RuneCountInString(text); n > 65536 {
		t.Errorf("%d characters", n)
	}
	if !strings.HasPrefix(text, reporter.Marker+"\n### ❌ gitops check: 5003 findings to correct") {
		t.Errorf("it begins with %q", text[:80])
	}
	if !strings.Contains(text, "more do not fit here") || strings.Count(text, "<details") != strings.Count(text, "</details>") {
		t.Error("it is cut without saying so, or within a part")
	}
}

func TestMarkdownIsNotMarkedUpByMessages(t *testing.T) {
	t.Parallel()
	text := write(t, "markdown", sample())
	for _, markup := range []string{"<b>", "[a link](x)", "@somebody"} {
		if strings.Contains(text, markup) {
			t.Errorf("%s is in it", markup)
		}
	}
}

func TestJUnitCountsFailures(t *testing.T) {
	t.Parallel()
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Cases []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(write(t, "junit", sample())), &suites); err != nil {
		t.Fatal(err)
	}
	cases, failures := 0, 0
	for _, suite := range suites.Suites {
		for _, c := range suite.Cases {
			if cases++; c.Failure != nil {
				failures++
			}
		}
	}
	if suites.Tests != cases || suites.Failures != failures || failures != sample().Failing() {
		t.Errorf("%d tests and %d failures are said, %d and %d are there, %d fail", suites.Tests, suites.Failures, cases, failures, sample().Failing())
	}
}

// TestSARIFFitsItsSchema validates against the schema of SARIF 2.1.0, as OASIS published
// it, which the pinned module go-sarif carries.
func TestSARIFFitsItsSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(sarifSchema(t)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*report.Report{"sample": sample(), "empty": {Clusters: []string{"lab"}}, "many": many()} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, "sarif", r)))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(write(t, "sarif", sample()), `"level": "warning"`, `"level": "high"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if compiled.Validate(broken) == nil {
		t.Error("the schema accepts a level that there is not")
	}
}

// sarifSchema takes the schema out of the module's source.
func sarifSchema(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", "github.com/owenrumney/go-sarif/v3")
	cmd.Dir = "../../../../tests/tools/sarif"
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("fetching the schema's module: %v", err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(module.Dir, "pkg", "report", "v210", "sarif", "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var schema string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "schema" {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if ok {
			schema, err = strconv.Unquote(literal.Value)
		}
		return false
	})
	if err != nil || schema == "" {
		t.Fatalf("%s has no schema: %v", module.Dir, err)
	}
	return schema
}

var _ io.Writer = full{}
