package monitoring_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// The scenarios are in a module of their own, which `go test ./...` does not reach.
func TestAlertsFireInPrometheusAsTheScenariosSay(t *testing.T) {
	t.Parallel()
	if out, err := exec.CommandContext(t.Context(), "go", "-C", "engine", "test", "./...").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestScenariosRunInTheVersionOfPrometheusThatTheClustersRun(t *testing.T) {
	t.Parallel()
	find := func(file, expression string) []string {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		match := regexp.MustCompile(expression).FindStringSubmatch(string(content))
		if match == nil {
			t.Fatalf("%s: no match of %s", file, expression)
		}
		return match
	}
	manifest := find(root+"/platform/kube-prometheus-stack/base/prometheus/prometheus.yaml", `(?m)^  version: v3\.(\d+)\.(\d+)$`)
	module := find("engine/go.mod", `github.com/prometheus/prometheus v0\.(\d+)\.(\d+)`)
	minor, err := strconv.Atoi(manifest[1])
	if err != nil {
		t.Fatal(err)
	}
	if module[1] != fmt.Sprintf("3%02d", minor) || module[2] != manifest[2] {
		t.Errorf("the scenarios run in v0.%s.%s, Prometheus is 3.%s.%s", module[1], module[2], manifest[1], manifest[2])
	}
}
