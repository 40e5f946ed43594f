package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/treetest"
)

// TestOpaAndConftestFindTheSame gives the same inputs to gitops, to "opa eval" and to
// "conftest test": each cluster as it is, and broken in all ways of the mutations at once.
func TestOpaAndConftestFindTheSame(t *testing.T) {
	t.Parallel()
	r := realTree(t)
	opa, conftest := treetest.Tool(t, root, "opa", "github.com/open-policy-agent/opa"), treetest.Tool(t, root, "conftest", "github.com/open-policy-agent/conftest")
	for _, name := range []string{"kind", "airgap", "staging", "production"} {
		c := r.cluster(t, name)
		for state, c := range map[string]*render.Cluster{"as it is": c, "broken": wreck(t, c)} {
			t.Run(name+" "+state, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "input.json")
				data, err := json.Marshal(check.Document(c))
				if err == nil {
					err = os.WriteFile(file, data, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
				want := verdict(t, r, c)
				if state == "broken" && len(want) < 3 {
					t.Errorf("only %d findings in what is broken in several ways", len(want))
				}
				if diff := cmp.Diff(want, byOpa(t, r, opa, file)); diff != "" {
					t.Errorf("opa differs (-gitops +opa):\n%s", diff)
				}
				if diff := cmp.Diff(want, byConftest(t, conftest, file)); diff != "" {
					t.Errorf("conftest differs (-gitops +conftest):\n%s", diff)
				}
			})
		}
	}
}

// wreck applies the first mutation of every operator for a cluster.
func wreck(t *testing.T, c *render.Cluster) *render.Cluster {
	t.Helper()
	for _, o := range operators {
		if o.cluster != c.Name {
			continue
		}
		if mutants := o.mutants(t, c); len(mutants) > 0 {
			c = mutants[0].cluster
		}
	}
	return c
}

// line is a finding as all three tools can say it.
func line(rule, application, object, message string, field any) string {
	return fmt.Sprintf("%s %s %s %v: %s", rule, application, object, field, message)
}

func verdict(t *testing.T, r *rendered, c *render.Cluster) []string {
	t.Helper()
	results, err := r.policies.Evaluate(t.Context(), []*render.Cluster{c}, 1)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, f := range results {
		lines = append(lines, line(f.Rule, f.Application, f.Object, f.Message, f.Field))
	}
	return sorted(lines)
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return slices.Compact(lines)
}

// denied is a finding as rules write it.
type denied struct {
	Msg, Application, Object string
	Field                    []any
}

func (d denied) line(rule string) string {
	var field source.Path
	for _, step := range d.Field {
		switch step := step.(type) {
		case string:
			field = field.Key(step)
		case float64:
			field = field.Index(int(step))
		}
	}
	return line(rule, d.Application, d.Object, d.Msg, field)
}

func byOpa(t *testing.T, r *rendered, opa, file string) []string {
	t.Helper()
	var pairs []string
	for _, rule := range r.policies.Rules() {
		pairs = append(pairs, fmt.Sprintf("%q: data.%s.deny", rule.ID, rule.ID))
	}
	out := output(t, 0, opa, "eval", "--data", "policy", "--input", file, "--strict-builtin-errors", "--format", "json", "found := {"+strings.Join(pairs, ", ")+"}")
	var answer struct {
		Result []struct {
			Bindings struct{ Found map[string][]denied }
		}
	}
	if err := json.Unmarshal(out, &answer); err != nil || len(answer.Result) != 1 {
		t.Fatalf("opa: %v: %s", err, out)
	}
	lines := []string{}
	for rule, found := range answer.Result[0].Bindings.Found {
		for _, d := range found {
			lines = append(lines, d.line(rule))
		}
	}
	return sorted(lines)
}

func byConftest(t *testing.T, conftest, file string) []string {
	t.Helper()
	out := output(t, 1, conftest, "test", "--policy", "policy", "--data", "policy", "--all-namespaces", "--output", "json", file)
	var answer []struct {
		Namespace string
		Failures  []struct {
			Msg      string
			Metadata denied
		}
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("conftest: %v: %s", err, out)
	}
	lines := []string{}
	for _, namespace := range answer {
		for _, failure := range namespace.Failures {
			failure.Metadata.Msg = failure.Msg
			lines = append(lines, failure.Metadata.line(namespace.Namespace))
		}
	}
	return sorted(lines)
}

// output runs a tool in the repository, which may exit with 0 or with another code.
func output(t *testing.T, other int, name string, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Stderr = root, &stderr
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != other {
		t.Fatalf("%s: %v\n%s%s", filepath.Base(name), err, out, stderr.String())
	}
	return out
}
