package monitoring_test

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const runbooks = "https://github.com/bitpin/exchange/blob/main/docs/runbooks.md#"

var heading = regexp.MustCompile(`(?m)^### ([A-Za-z]+)$`)

func TestEachAlertSaysWhatItMeansAndWhatToDo(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(root + "/docs/runbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(string(page), -1) {
		unused[match[1]] = true
	}
	described := maps.Clone(unused)
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		delete(unused, r.Alert)
		if !described[r.Alert] {
			t.Errorf("docs/runbooks.md has no section for %s", r.Alert)
		}
		if want := runbooks + strings.ToLower(r.Alert); r.Annotations["runbook_url"] != want {
			t.Errorf("%s: %s links to %q, want %q", r.File, r.Alert, r.Annotations["runbook_url"], want)
		}
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s: %s lacks a summary or a description", r.File, r.Alert)
		}
		switch r.Labels["severity"] {
		case "critical", "warning", "none":
		default:
			t.Errorf("%s: %s has the severity %q", r.File, r.Alert, r.Labels["severity"])
		}
	}
	for name := range unused {
		t.Errorf("docs/runbooks.md has a section for %s, which no rule raises", name)
	}
}

// Prometheus silently ignores what lacks its label.
func TestEachMonitorAndRuleHasTheLabelThatPrometheusSelects(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ServiceMonitor", "PrometheusRule"} {
		for _, file := range manifests(t, "\nkind: "+kind+"\n") {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var object struct {
				Metadata struct {
					Labels map[string]string `json:"labels"`
				} `json:"metadata"`
			}
			if err := yaml.Unmarshal(content, &object); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if got := object.Metadata.Labels["release"]; got != "kube-prometheus-stack" {
				t.Errorf("%s: the label release is %q", file, got)
			}
		}
	}
}
