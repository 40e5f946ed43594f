package workflows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostLines is how much shell a step may hold. What is longer belongs into a make target
// or a command, where it can be run and tested on a laptop.
const mostLines = 2

var (
	pinned  = regexp.MustCompile(`uses: [^@\s]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$`)
	made    = regexp.MustCompile(`\bmake ([a-z0-9-]+)`)
	started = regexp.MustCompile(`\bgo run (\./src/cmd/[a-z]+) ([a-z-]+)`)
	secret  = regexp.MustCompile(`(?:secrets|vars)\.([A-Z_]+)`)
)

// broken returns which rules a workflow breaks.
func broken(w workflow) []string {
	var all []string
	wrong := func(format string, args ...any) {
		all = append(all, w.file+": "+fmt.Sprintf(format, args...))
	}
	if w.Permissions == nil || len(*w.Permissions) != 0 {
		wrong("has no `permissions: {}`: each job states its own")
	}
	if w.Concurrency["group"] == "" {
		wrong("has no concurrency group")
	}
	for name, j := range w.Jobs {
		if j.Uses == "" && j.TimeoutMinutes == 0 {
			wrong("job %s has no timeout-minutes", name)
		}
		for _, s := range j.Steps {
			if n := len(s.lines()); n > mostLines {
				wrong("job %s, step %q has %d lines of shell, more than %d", name, s.title(), n, mostLines)
			}
			if strings.Contains(s.Run, "${{") {
				wrong("job %s, step %q puts an expression into shell: hand it over by env", name, s.title())
			}
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
				wrong("job %s checks out without persist-credentials: false", name)
			}
			for _, word := range []string{"kubectl", "kubeconfig", "helm ", "argocd "} {
				if strings.Contains(strings.ToLower(s.Run), word) {
					wrong("job %s, step %q reaches into a cluster: only Git does", name, s.title())
				}
			}
		}
	}
	for line := range strings.Lines(w.text) {
		line = strings.TrimRight(line, "\n")
		if strings.Contains(line, "uses: ") && !strings.Contains(line, "uses: ./") && !pinned.MatchString(line) {
			wrong("%q is not pinned by a commit with its version beside it", strings.TrimSpace(line))
		}
	}
	return all
}

func TestWorkflowsKeepTheRules(t *testing.T) {
	t.Parallel()
	for _, w := range load(t) {
		for _, wrong := range broken(w) {
			t.Error(wrong)
		}
	}
}

func TestEachRuleFindsItsBreach(t *testing.T) {
	t.Parallel()
	const good = `name: x
on: push
permissions: {}
concurrency:
  group: x
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v1.2.3
        with:
          persist-credentials: false
      - run: make test
`
	if found := broken(parse(t, "good.yaml", good)); len(found) > 0 {
		t.Fatalf("the good one: %v", found)
	}
	for from, breach := range map[string][2]string{
		"permissions: {}\n":                  {"", "permissions: {}"},
		"permissions: {}":                    {"permissions: {contents: write}", "permissions: {}"},
		"concurrency:\n  group: x\n":         {"", "concurrency"},
		"    timeout-minutes: 5\n":           {"", "timeout-minutes"},
		"persist-credentials: false":         {"fetch-depth: 0", "persist-credentials"},
		"@0123456789":                        {"@v1 # 0123456789", "not pinned"},
		" # v1.2.3":                          {"", "not pinned"},
		"run: make test":                     {"run: |\n          one\n          two\n          three", "3 lines of shell"},
		"run: make test\n":                   {"run: echo ${{ github.head_ref }}\n", "puts an expression into shell"},
		"      - run: make test":             {"      - run: kubectl apply", "reaches into a cluster"},
		"      - run: make test\n":           {"      - run: KUBECONFIG=x make test\n", "reaches into a cluster"},
		"ubuntu-24.04\n    timeout-minutes:": {"ubuntu-24.04\n    timeout-seconds:", "timeout-minutes"},
	} {
		bad := strings.Replace(good, from, breach[0], 1)
		if found := broken(parse(t, "bad.yaml", bad)); !strings.Contains(strings.Join(found, "\n"), breach[1]) {
			t.Errorf("%q for %q: %v, want %q", breach[0], from, found, breach[1])
		}
	}
}

func TestStepsCallWhatThereIs(t *testing.T) {
	t.Parallel()
	makefile := read(t, "Makefile")
	calls := 0
	for _, w := range load(t) {
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				for _, m := range made.FindAllStringSubmatch(s.Run, -1) {
					calls++
					if !regexp.MustCompile(`(?m)^(\S+ )*` + m[1] + `( \S+)*:`).MatchString(makefile) {
						t.Errorf("%s: job %s runs `make %s`, and the Makefile has no such target", w.file, name, m[1])
					}
				}
				for _, m := range started.FindAllStringSubmatch(s.Run, -1) {
					calls++
					verb := regexp.MustCompile(`Use:\s+"` + m[2] + `[ "]`)
					if !anyFile(t, filepath.Join(root, m[1]), verb) {
						t.Errorf("%s: job %s runs `%s %s`, which has no such command", w.file, name, m[1], m[2])
					}
				}
			}
		}
	}
	if calls < 8 {
		t.Errorf("only %d calls were found", calls)
	}
}

// anyFile says whether a file of a program matches.
func anyFile(t *testing.T, dir string, pattern *regexp.Regexp) bool {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return pattern.Match(text)
	})
}

func TestTheGateInspectsEveryJob(t *testing.T) {
	t.Parallel()
	w := load(t)["pull-request.yaml"]
	gate := w.Jobs["gate"]
	var needs, others []string
	for _, need := range gate.Needs.([]any) {
		needs = append(needs, need.(string))
	}
	for name := range w.Jobs {
		if name != "gate" {
			others = append(others, name)
		}
	}
	slices.Sort(needs)
	slices.Sort(others)
	if !slices.Equal(needs, others) {
		t.Errorf("the gate needs %v, and there are %v", needs, others)
	}
	if gate.If != "${{ always() }}" {
		t.Errorf("the gate runs if %q: a skipped gate counts as passed", gate.If)
	}
	if len(gate.Steps) != 1 || gate.Env["RESULTS"] != "${{ join(needs.*.result, ' ') }}" {
		t.Fatalf("the gate does not look at each result: %+v", gate)
	}
	for results, want := range map[string]bool{
		"success": true, "success success success": true,
		"": false, "success failure": false, "skipped success": false, "success cancelled success": false, "unsuccess": false,
	} {
		cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", gate.Steps[0].Run)
		cmd.Env = append(cmd.Environ(), "RESULTS="+results)
		if err := cmd.Run(); (err == nil) != want {
			t.Errorf("the gate on %q: %v", results, err)
		}
	}
}

// A release's commit changes kustomizations and holds: no path that starts a release.
func TestABumpStartsNoBuild(t *testing.T) {
	t.Parallel()
	push := load(t)["release.yaml"].On.(map[string]any)["push"].(map[string]any)
	var paths []string
	for _, p := range push["paths"].([]any) {
		paths = append(paths, p.(string))
	}
	if !slices.Equal(paths, []string{"src/**", "go.*"}) {
		t.Errorf("a release starts on %v", paths)
	}
}

func TestEachSecretIsDocumented(t *testing.T) {
	t.Parallel()
	page := read(t, "docs/delivery.md")
	found := 0
	for _, w := range load(t) {
		for _, m := range secret.FindAllStringSubmatch(w.text, -1) {
			found++
			if !strings.Contains(page, "`"+m[1]+"`") {
				t.Errorf("%s uses %s, and docs/delivery.md does not say what it may do", w.file, m[1])
			}
		}
	}
	if found == 0 {
		t.Error("no secret was found: the test looks in the wrong place")
	}
}

// Only jobs that deliver have secrets, each in an environment that says who may run it.
func TestSecretsAreReachedThroughEnvironmentsOnly(t *testing.T) {
	t.Parallel()
	for _, w := range load(t) {
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				for key, value := range s.With {
					if strings.Contains(value, "secrets.") && j.Environment == "" {
						t.Errorf("%s: job %s hands a secret to %s and has no environment", w.file, name, key)
					}
				}
				for key, value := range s.Env {
					if strings.Contains(value, "secrets.") && j.Environment == "" {
						t.Errorf("%s: job %s hands a secret to %s and has no environment", w.file, name, key)
					}
				}
			}
		}
	}
}

// The rules of the branch ask for a job that there is, and let nobody else pass it.
func TestTheBranchIsProtectedByTheGate(t *testing.T) {
	t.Parallel()
	var ruleset struct {
		Bypass []struct {
			Type string `json:"actor_type"`
		} `json:"bypass_actors"`
		Rules []struct {
			Type       string
			Parameters struct {
				Checks []struct{ Context string } `json:"required_status_checks"`
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, ".github/ruleset-main.json")), &ruleset); err != nil {
		t.Fatal(err)
	}
	var required []string
	for _, r := range ruleset.Rules {
		for _, c := range r.Parameters.Checks {
			required = append(required, c.Context)
		}
	}
	if !slices.Equal(required, []string{"gate"}) {
		t.Errorf("required are %v", required)
	}
	if len(ruleset.Bypass) != 1 || ruleset.Bypass[0].Type != "Integration" {
		t.Errorf("the rules are passed by %+v", ruleset.Bypass)
	}
}
