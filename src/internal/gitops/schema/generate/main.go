// Command generate writes kubernetes.json: the schemas of the kinds that Kubernetes
// serves, from the OpenAPI document of its own pinned, checksummed module, without what
// only people read. Values of enumerated types, which that document leaves out, come
// from the Go source of the types.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/schema"
)

func main() {
	log.SetFlags(0)
	if err := run("kubernetes.json"); err != nil {
		log.Fatal("generating schemas: ", err)
	}
}

// document is what is read of the OpenAPI document.
type document struct {
	Definitions map[string]map[string]any        `json:"definitions"`
	Paths       map[string]map[string]operations `json:"paths"`
}

type operations struct {
	Kind *struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
}

// UnmarshalJSON passes over a path's parameters, which are a list.
func (o *operations) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return nil
	}
	type plain operations
	return json.Unmarshal(data, (*plain)(o))
}

func run(file string) error {
	dir, err := module("k8s.io/kubernetes@" + schema.KubernetesVersion)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(dir, "api", "openapi-spec", "swagger.json")) //nolint:gosec // of the pinned module
	if err != nil {
		return err
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("reading the OpenAPI document: %w", err)
	}
	types, err := module("k8s.io/api@" + strings.Replace(schema.KubernetesVersion, "v1.", "v0.", 1))
	if err != nil {
		return err
	}
	enums, err := readEnums(types)
	if err != nil {
		return fmt.Errorf("reading enumerated types: %w", err)
	}
	enums.add(doc.Definitions)
	return write(file, kinds(doc), reachable(doc))
}

// module downloads a module, if need be, and returns its directory.
func module(version string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", version) //nolint:gosec,noctx // a version of our own; whoever generates can interrupt it
	cmd.Dir = os.TempDir()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("downloading %s: %w", version, err)
	}
	var info struct{ Dir string }
	return info.Dir, json.Unmarshal(out, &info)
}

// kinds lists what can be created: "group/version/kind" to the definition's name and
// whether it lives in namespaces.
func kinds(doc document) map[string]schema.Kind {
	all := map[string]schema.Kind{}
	for name, definition := range doc.Definitions {
		list, _ := definition["x-kubernetes-group-version-kind"].([]any)
		if len(list) != 1 {
			continue
		}
		of := list[0].(map[string]any)
		key := fmt.Sprintf("%v/%v/%v", of["group"], of["version"], of["kind"])
		for path, methods := range doc.Paths {
			post := methods["post"].Kind
			if post == nil || !stable.MatchString(post.Version) || key != post.Group+"/"+post.Version+"/"+post.Kind || !collection.MatchString(path) {
				continue
			}
			all[key] = schema.Kind{Definition: name, Namespaced: strings.Contains(path, "/namespaces/{namespace}/")}
		}
	}
	return all
}

// collection matches the paths to which objects are posted, and no subresource.
var collection = regexp.MustCompile(`^/apis?/[^{}]*(/?namespaces/\{namespace\}/)?[a-z]+$`)

// stable matches the versions that an API server serves without being told to.
var stable = regexp.MustCompile(`^v[0-9]+$`)

// reachable returns the definitions that the kinds need, stripped.
func reachable(doc document) map[string]any {
	needed := map[string]any{}
	var need func(value any)
	need = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				name := strings.TrimPrefix(ref, "#/definitions/")
				if _, done := needed[name]; !done {
					needed[name] = strip(doc.Definitions[name])
					need(needed[name])
				}
			}
			for _, inner := range v {
				need(inner)
			}
		case []any:
			for _, inner := range v {
				need(inner)
			}
		}
	}
	for _, kind := range kinds(doc) {
		need(map[string]any{"$ref": "#/definitions/" + kind.Definition})
	}
	return needed
}

// strip removes what does not decide whether an object is valid.
func strip(value any) any {
	switch v := value.(type) {
	case map[string]any:
		stripped := map[string]any{}
		for key, inner := range v {
			_, text := inner.(string)
			if key == "description" && text || strings.HasPrefix(key, "x-kubernetes-") {
				continue
			}
			stripped[key] = strip(inner)
		}
		return stripped
	case []any:
		stripped := make([]any, len(v))
		for i, inner := range v {
			stripped[i] = strip(inner)
		}
		return stripped
	default:
		return value
	}
}

// write prints one kind and one definition a line, so that a new version of Kubernetes
// shows what it changes.
func write(file string, kinds map[string]schema.Kind, definitions map[string]any) error {
	var b bytes.Buffer
	b.WriteString("{\"kinds\": {\n")
	if err := lines(&b, kinds); err != nil {
		return err
	}
	b.WriteString("},\n\"definitions\": {\n")
	if err := lines(&b, definitions); err != nil {
		return err
	}
	b.WriteString("}}\n")
	return os.WriteFile(file, b.Bytes(), 0o644) //nolint:gosec // source is for everybody to read
}

func lines[V any](b *bytes.Buffer, entries map[string]V) error {
	for i, name := range slices.Sorted(maps.Keys(entries)) {
		line, err := json.Marshal(entries[name])
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(b, "%q: %s", name, line)
	}
	b.WriteString("\n")
	return nil
}
