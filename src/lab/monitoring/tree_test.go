package monitoring_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const root = "../../.."

// rule is an alert or a recording rule of a PrometheusRule.
type rule struct {
	File        string            `json:"-"`
	Alert       string            `json:"alert"`
	Record      string            `json:"record"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// name is what the rule is called, alert or recording.
func (r rule) name() string { return r.Alert + r.Record }

type prometheusRule struct {
	Kind string `json:"kind"`
	Spec struct {
		Groups []struct {
			Name  string `json:"name"`
			Rules []rule `json:"rules"`
		} `json:"groups"`
	} `json:"spec"`
}

// manifests lists the tree's YAML files that contain text.
func manifests(t *testing.T, text string) []string {
	t.Helper()
	var files []string
	for _, dir := range []string{"apps", "platform"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			content, err := os.ReadFile(path)
			if err == nil && bytes.Contains(content, []byte(text)) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) == 0 {
		t.Fatalf("no manifest contains %q: the test looks in the wrong place", text)
	}
	return files
}

// ruleFiles gives the tree's PrometheusRules by file.
func ruleFiles(t *testing.T) map[string]prometheusRule {
	t.Helper()
	found := map[string]prometheusRule{}
	for _, file := range manifests(t, "\nkind: PrometheusRule\n") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var parsed prometheusRule
		if err := yaml.Unmarshal(content, &parsed); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[strings.TrimPrefix(filepath.ToSlash(file), root+"/")] = parsed
	}
	return found
}

// rules gives all rules of the tree.
func rules(t *testing.T) []rule {
	t.Helper()
	var all []rule
	for file, parsed := range ruleFiles(t) {
		for _, group := range parsed.Spec.Groups {
			for _, r := range group.Rules {
				r.File = file
				all = append(all, r)
			}
		}
	}
	return all
}
