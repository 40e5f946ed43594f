package workflows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const (
	root      = "../.."
	directory = root + "/.github/workflows"
)

// workflow is a workflow as far as it is looked at.
type workflow struct {
	file string
	text string
	node *yaml.RNode

	Name        string
	On          any
	Permissions *map[string]string
	Concurrency map[string]string
	Jobs        map[string]job
}

type job struct {
	Uses           string
	Needs          any
	If             string
	TimeoutMinutes int `yaml:"timeout-minutes"`
	Permissions    map[string]string
	Environment    string
	Env            map[string]string
	Steps          []step
}

type step struct {
	Name, Uses, Run, If string
	With                map[string]string
	Env                 map[string]string
}

// title is what to call a step.
func (s step) title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Uses + s.Run
}

// lines are the lines of a step's shell.
func (s step) lines() []string {
	if strings.TrimSpace(s.Run) == "" {
		return nil
	}
	return strings.Split(strings.TrimSpace(s.Run), "\n")
}

func parse(t *testing.T, file, text string) workflow {
	t.Helper()
	w := workflow{file: file, text: text}
	node, err := yaml.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	w.node = node
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return w
}

func load(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(directory + "/*")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]workflow{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = parse(t, filepath.Base(file), string(text))
	}
	for _, name := range []string{"pull-request.yaml", "release.yaml", "e2e.yaml", "promote.yaml"} {
		if _, ok := all[name]; !ok {
			t.Fatalf("there is no %s among %d workflows", name, len(all))
		}
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
