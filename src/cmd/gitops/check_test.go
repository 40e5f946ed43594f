package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/waiver"
)

// oneRule is a policy that finds the Service of the fixtures when it has another port.
const oneRule = `# METADATA
# title: Services listen on 80
# description: All of them.
# custom:
#   id: test.port
#   severity: error
#   solution: Set the port to 80.
package test.port

deny contains finding if {
	some entry in input.objects.Service[_]
	some i, port in entry.object.spec.ports
	port.port != 80
	finding := {"msg": "is not 80", "application": entry.application, "object": entry.id, "field": ["spec", "ports", i, "port"]}
}
`

// policed makes a tree from the base of the fixtures and one policy.
func policed(t *testing.T) string {
	t.Helper()
	dir := fixture(t, "")
	write(t, dir, "policy/test/port/port.rego", oneRule)
	return dir
}

// broken is the tree with a Service that the policy finds.
func broken(t *testing.T) string {
	t.Helper()
	dir := policed(t)
	change(t, dir, "apps/web/base/service.yaml", "port: 80", "port: 81")
	return dir
}

// waive writes a waiver for what is broken.
func waive(t *testing.T, dir string, fields map[string]string) {
	t.Helper()
	all := map[string]string{"rule": "test.port", "object": "Service/*/web", "owner": "me", "reason": "It moves.", "expires": "2026-03-01"}
	for key, value := range fields {
		all[key] = value
	}
	var b strings.Builder
	b.WriteString("waivers:\n  - ")
	for _, key := range []string{"rule", "object", "owner", "reason", "expires"} {
		if all[key] != "" {
			b.WriteString(key + ": " + all[key] + "\n    ")
		}
	}
	write(t, dir, "policy/waivers.yaml", strings.TrimRight(b.String(), " "))
}

func TestCheckPassesWhatIsRight(t *testing.T) {
	t.Parallel()
	code, out, errors := run(t, "--root", policed(t), "check")
	if code != exitOK || !strings.Contains(out, "0 findings to correct") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
}

func TestCheckNamesTheLineThatPutTheFieldThere(t *testing.T) {
	t.Parallel()
	code, out, _ := run(t, "--root", broken(t), "check")
	if code != exitFindings {
		t.Errorf("exit code %d", code)
	}
	const want = "apps/web/base/service.yaml:"
	if !strings.HasPrefix(out, want) || !strings.Contains(out, "spec.ports[0].port: is not 80") {
		t.Errorf("%q is not what it begins with:\n%s", want, out)
	}
}

// TestCheckNamesTheLineOfAPatch changes files of this repository's own tree.
func TestCheckNamesTheLineOfAPatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"apps", "clusters", "platform", "policy"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(repositoryRoot, name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ file, from, to, rule string }{
		{"apps/exchange/base/service.yaml", "targetPort: http", "targetPort: web", "wiring.service_port"},
		{"apps/exchange/base/exchange.env", "LOG_LEVEL=", "LOG_LEVLE=", "wiring.exchange_variable"},
		{"apps/exchange/overlays/production/horizontalpodautoscaler.yaml", "minReplicas: 3", "minReplicas: 1", "pods.replicas"},
		{"apps/exchange/overlays/production/deployment.yaml", "resources:", "securityContext: {privileged: true}\n          resources:", "pods.privilege"},
	} {
		before := read(t, filepath.Join(dir, c.file))
		change(t, dir, c.file, c.from, c.to)
		code, out, errors := run(t, "--root", dir, "check", "clusters/production", "--format", "json", "--now", inForce(t))
		write(t, dir, c.file, before)
		if code != exitFindings {
			t.Errorf("%s: exit code %d: %s", c.file, code, errors)
			continue
		}
		above, _, _ := strings.Cut(before, c.from)
		line := 1 + strings.Count(above, "\n")
		if !names(t, out, c.rule, c.file, line) {
			t.Errorf("no finding of %s at %s:%d:\n%s", c.rule, c.file, line, failingOf(t, out))
		}
	}
}

type found struct {
	Rule, File, Message, State, Waived string
	Line                               int
	Failing                            bool
}

func resultsOf(t *testing.T, out string) []found {
	t.Helper()
	var r struct{ Results []found }
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	return r.Results
}

func names(t *testing.T, out, rule, file string, line int) bool {
	t.Helper()
	for _, r := range resultsOf(t, out) {
		if r.Failing && r.Rule == rule && r.File == file && r.Line == line {
			return true
		}
	}
	return false
}

func failingOf(t *testing.T, out string) string {
	t.Helper()
	var b strings.Builder
	for _, r := range resultsOf(t, out) {
		if r.Failing {
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(data, '\n'))
		}
	}
	return b.String()
}

func TestWhatCannotBeCheckedEndsWithExitCode2(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(t *testing.T, dir string)
		args   []string
		want   string
	}{
		"unknown format":      {nil, []string{"--format", "yaml"}, `--format "yaml": must be one of text, json, markdown, sarif, junit, github`},
		"no jobs":             {nil, []string{"--jobs", "0"}, "--jobs must be at least 1, not 0"},
		"bad day":             {nil, []string{"--now", "tomorrow"}, `--now "tomorrow": must be a day`},
		"unknown cluster":     {nil, []string{"clusters/nowhere"}, `no cluster "nowhere"`},
		"no cluster":          {nil, []string{"apps/web"}, "apps/web is no cluster: name clusters/NAME"},
		"no repository":       {nil, []string{"--base", "HEAD"}, "opening the Git repository"},
		"unknown base":        {func(t *testing.T, dir string) { git(t, dir, "init", "-q") }, []string{"--base", "nowhere"}, `no Git ref "nowhere" here: fetch it`},
		"no policies":         {func(t *testing.T, dir string) { write(t, dir, "policy/test/port/port.rego", "package test.port\n") }, nil, "policy has no rule: nothing would be checked"},
		"no policy directory": {func(t *testing.T, dir string) { remove(t, dir, "policy") }, nil, "reading the policies"},
		"no clusters": {func(t *testing.T, dir string) {
			remove(t, dir, "clusters")
			write(t, dir, "clusters/README.md", "none")
		}, nil, "clusters/ has no cluster"},
		"rego syntax":        {rule("deny contains 1 if {"), nil, "policy/test/port/port.rego:"},
		"rego type":          {rule("deny contains 1 if nosuch.thing"), nil, "policy/test/port/port.rego:"},
		"unused import":      {rule("import data.lib.nothing\n\ndeny contains 1"), nil, "unused"},
		"rule that errors":   {rule(`deny contains x if { some e in input.objects.Service[_]; x := to_number(e.id) }`), nil, "policy/test/port/port.rego:"},
		"no message":         {rule(`deny contains {"object": "x"}`), nil, "the rule test.port gives a finding without msg"},
		"unknown object":     {rule(`deny contains {"msg": "m", "object": "x", "application": "web", "field": []}`), nil, "names an object that is not there"},
		"field that is none": {rule(`deny contains {"msg": "m", "object": e.id, "application": e.application, "field": "spec"} if some e in input.objects.Service[_]`), nil, "a finding's field is no list"},
		"no title": {func(t *testing.T, dir string) {
			change(t, dir, "policy/test/port/port.rego", "# title: Services listen on 80\n", "")
		}, nil, "METADATA: title is missing"},
		"other id": {func(t *testing.T, dir string) {
			change(t, dir, "policy/test/port/port.rego", "id: test.port", "id: test.ports")
		}, nil, `custom.id is "test.ports", but the package is test.port`},
		"unknown severity": {func(t *testing.T, dir string) {
			change(t, dir, "policy/test/port/port.rego", "severity: error", "severity: high")
		}, nil, `custom.severity is "high": must be error or warning`},
		"wrong directory": {func(t *testing.T, dir string) {
			write(t, dir, "policy/other/port.rego", strings.ReplaceAll(oneRule, "test.port", "test.other"))
		}, nil, "the package test.other belongs into policy/test/other"},
		"broken parameters": {func(t *testing.T, dir string) { write(t, dir, "policy/parameters/a.yaml", "a: [") }, nil, "policy/parameters/a.yaml"},
		"parameters twice": {func(t *testing.T, dir string) {
			write(t, dir, "policy/parameters/a.yaml", "a: 1")
			write(t, dir, "policy/parameters/b.yaml", "a: 2")
		}, nil, `another document has "a" already`},
		"waiver without expiry": {func(t *testing.T, dir string) { waive(t, dir, map[string]string{"expires": ""}) }, nil, "policy/waivers.yaml:2: waivers[0].expires: missing"},
		"waiver without owner":  {func(t *testing.T, dir string) { waive(t, dir, map[string]string{"owner": ""}) }, nil, "waivers[0].owner: missing"},
		"waiver of no rule":     {func(t *testing.T, dir string) { waive(t, dir, map[string]string{"rule": "test.nosuch"}) }, nil, `no rule is called "test.nosuch"`},
		"waiver for too long":   {func(t *testing.T, dir string) { waive(t, dir, map[string]string{"expires": "2026-08-01"}) }, nil, "2026-08-01 is more than 180 days away"},
		"waiver until no day":   {func(t *testing.T, dir string) { waive(t, dir, map[string]string{"expires": "soon"}) }, nil, `"soon" is no day`},
		"waiver of a bad name":  {func(t *testing.T, dir string) { waive(t, dir, map[string]string{"object": "'['"}) }, nil, `"[" is no pattern`},
		"waiver with more":      {func(t *testing.T, dir string) { write(t, dir, "policy/waivers.yaml", "waivers:\n  - until: never\n") }, nil, "unknown field"},
		"waivers that are none": {func(t *testing.T, dir string) { write(t, dir, "policy/waivers.yaml", "waivers: {}\n") }, nil, "policy/waivers.yaml:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := broken(t)
			if test.change != nil {
				test.change(t, dir)
			}
			args := append([]string{"--root", dir, "check", "--now", "2026-02-01"}, test.args...)
			code, out, errors := run(t, args...)
			if code != exitFailed || out != "" || !strings.Contains(errors, test.want) {
				t.Errorf("exit code %d, %q:\n%s%s", code, test.want, out, errors)
			}
		})
	}
}

// rule replaces what the policy says below its package.
func rule(body string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		head, _, _ := strings.Cut(oneRule, "package test.port\n")
		write(t, dir, "policy/test/port/port.rego", head+"package test.port\n\n"+body+"\n")
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func TestAWaiverAcceptsUntilItsLastDay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		now  string
		code int
		want string
	}{
		"long before": {"2026-01-01", exitOK, "waived: Service/web/web"},
		"soon":        {"2026-02-20", exitOK, "expires on 2026-03-01, in 9 days (me)"},
		"last day":    {"2026-03-01", exitOK, "in 0 days"},
		"day after":   {"2026-03-02", exitFindings, "the waiver of test.port for Service/*/web expired on 2026-03-01 (me)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := broken(t)
			waive(t, dir, nil)
			code, out, errors := run(t, "--root", dir, "check", "--now", test.now)
			if code != test.code || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d, %q:\n%s%s", code, test.want, out, errors)
			}
		})
	}
}

func TestAnUnusedWaiverWarns(t *testing.T) {
	t.Parallel()
	dir := policed(t)
	waive(t, dir, nil)
	code, out, _ := run(t, "--root", dir, "check", "--now", "2026-01-01")
	if code != exitOK || !strings.Contains(out, "policy/waivers.yaml:2: warning: Service/*/web: the waiver of test.port for Service/*/web accepts nothing (me)") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if _, out, _ := run(t, "--root", dir, "check", "clusters/kind", "--now", "2026-01-01"); strings.Contains(out, "accepts nothing") {
		t.Errorf("it is told of one cluster, too:\n%s", out)
	}
}

func TestOnlyWhatIsNewSinceTheBaseFails(t *testing.T) {
	t.Parallel()
	dir := broken(t)
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "base")
	// The line moves, the finding stays the same.
	change(t, dir, "apps/web/base/service.yaml", "spec:", "# moved\nspec:")
	code, out, errors := run(t, "--root", dir, "check", "--base", "HEAD")
	if code != exitOK || !strings.Contains(out, "error, existing") {
		t.Errorf("what was there: exit code %d:\n%s%s", code, out, errors)
	}
	if code, _, _ := run(t, "--root", dir, "check", "--base", "HEAD", "--fail-on-existing"); code != exitFindings {
		t.Errorf("what was there, when asked to fail: exit code %d", code)
	}
	write(t, dir, "apps/web/base/other.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: other\nspec:\n  ports:\n    - port: 82\n")
	change(t, dir, "apps/web/base/kustomization.yaml", "  - service.yaml\n", "  - service.yaml\n  - other.yaml\n")
	code, out, _ = run(t, "--root", dir, "check", "--base", "HEAD")
	if code != exitFindings || !strings.Contains(out, "apps/web/base/other.yaml:7: error, new") {
		t.Errorf("something new: exit code %d:\n%s", code, out)
	}
	change(t, dir, "apps/web/base/service.yaml", "port: 81", "port: 80")
	change(t, dir, "apps/web/base/kustomization.yaml", "  - other.yaml\n", "")
	code, out, _ = run(t, "--root", dir, "check", "--base", "HEAD")
	if code != exitOK || !strings.Contains(out, "apps/web/base/service.yaml:") || !strings.Contains(out, ": fixed: ") {
		t.Errorf("something fixed: exit code %d:\n%s", code, out)
	}
}

func TestWhatDoesNotRenderIsNotHeldToTheRules(t *testing.T) {
	t.Parallel()
	dir := broken(t)
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "base")
	change(t, dir, "apps/web/base/deployment.yaml", "kind: Deployment", "kind: [")
	code, out, errors := run(t, "--root", dir, "check", "--base", "HEAD")
	if code != exitFindings || !strings.Contains(out, "apps/web/base/deployment.yaml:") || !strings.Contains(out, "render)") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
	if strings.Contains(out, "test.port") || strings.Contains(out, "fixed:") {
		t.Errorf("rules speak of what is not there:\n%s", out)
	}
}

// TestAnObjectThatDoesNotFitItsKindIsAFinding holds rules to objects that they can read.
func TestAnObjectThatDoesNotFitItsKindIsAFinding(t *testing.T) {
	t.Parallel()
	dir := policed(t)
	rule("deny contains x if { some e in input.objects.Service[_]; x := e.object.spec.ports[0].port + 1 }")(t, dir)
	change(t, dir, "apps/web/base/service.yaml", "port: 80", "port: eighty")
	code, out, errors := run(t, "--root", dir, "check")
	if code != exitFindings || !strings.Contains(out, "schema)") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
}

// TestAShallowCloneSaysToFetchTheBase clones without history.
func TestAShallowCloneSaysToFetchTheBase(t *testing.T) {
	t.Parallel()
	dir := broken(t)
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "first")
	git(t, dir, "commit", "-q", "--allow-empty", "-m", "second")
	first := strings.TrimSpace(git(t, dir, "rev-parse", "HEAD^"))
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, t.TempDir(), "clone", "-q", "--depth", "1", "file://"+dir, clone)
	code, out, errors := run(t, "--root", clone, "check", "--base", first)
	if code != exitFailed || out != "" || !strings.Contains(errors, "fetch") && !strings.Contains(errors, "reading commit") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
}

func TestDumpInputWritesWhatTheRulesSee(t *testing.T) {
	t.Parallel()
	dir, to := broken(t), filepath.Join(t.TempDir(), "in")
	if code, out, errors := run(t, "--root", dir, "check", "--dump-input", to); code != exitOK {
		t.Fatalf("exit code %d:\n%s%s", code, out, errors)
	}
	var input struct {
		Cluster string
		Objects map[string]map[string][]struct{ ID, Application string }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(to, "kind.json"))), &input); err != nil {
		t.Fatal(err)
	}
	if input.Cluster != "kind" || len(input.Objects["Service"]) == 0 {
		t.Errorf("%+v", input)
	}
}

func TestPoliciesListsTheRules(t *testing.T) {
	t.Parallel()
	code, out, errors := run(t, "--root", policed(t), "policies")
	if code != exitOK || !strings.Contains(out, "test.port  error  Services listen on 80") {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
}

// TestThisRepositoryPasses holds the repository itself to its policies.
func TestThisRepositoryPasses(t *testing.T) {
	t.Parallel()
	code, out, errors := run(t, "--root", repositoryRoot, "check", "--now", inForce(t))
	if code != exitOK {
		t.Errorf("exit code %d:\n%s%s", code, out, errors)
	}
}

// inForce is today, or the last day on which all waivers of the repository were in force:
// a tree that passed must not fail its tests for its age. That a waiver has expired is
// for "make check" to tell, and for whoever changes the tree.
func inForce(t *testing.T) string {
	t.Helper()
	var file struct{ Waivers []waiver.Waiver }
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(repositoryRoot, waiver.File))), &file); err != nil {
		t.Fatal(err)
	}
	day := time.Now().Format(time.DateOnly)
	for _, w := range file.Waivers {
		day = min(day, w.Expires)
	}
	return day
}
