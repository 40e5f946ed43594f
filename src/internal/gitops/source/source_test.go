package source_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

func TestFieldsAreFoundOnTheirLines(t *testing.T) {
	t.Parallel()
	documents, err := source.Parse("a.yaml", []byte(`kind: One
---
# the second
kind: Two
spec:
  ports:
    - name: http
      port: 80
    - {name: metrics, port: 81}
  labels: &labels
    a.b/c: d
  selector: *labels
`))
	if err != nil || len(documents) != 2 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	for path, want := range map[string]struct {
		line  int
		exact bool
	}{
		"kind":                   {4, true},
		"spec.ports[0].port":     {8, true},
		"spec.ports[1].port":     {9, true},
		"spec.ports[2].port":     {6, false},
		"spec.ports[0].protocol": {7, false},
		`spec.labels["a.b/c"]`:   {11, true},
		"spec.labels[a.b/c]":     {11, true},
		`spec.selector["a.b/c"]`: {11, true},
		"status.replicas":        {4, false},
	} {
		at, exact := documents[1].Nearest(source.ParsePath(path))
		if at.Line != want.line || exact != want.exact || at.File != "a.yaml" {
			t.Errorf("%s: %s, %t; want line %d, %t", path, at, exact, want.line, want.exact)
		}
	}
}

func TestPathsAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"spec.ports[0].name":            "spec.ports[0].name",
		".spec.ports":                   "spec.ports",
		`metadata.annotations["a.b/c"]`: `metadata.annotations["a.b/c"]`,
		"metadata.annotations[a.b/c]":   `metadata.annotations["a.b/c"]`,
		"data[key].x":                   "data.key.x",
		"":                              "",
	} {
		if got := source.ParsePath(text).String(); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsNoYAMLIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"tab":             {"a: 1\nb:\n\t- c\n", "a.yaml:3: not YAML: found character that cannot start any token"},
		"mapping":         {"a: 1\n  b: 2\n", "a.yaml:2: not YAML: mapping values are not allowed in this context"},
		"key twice":       {"a: 1\nb: 2\na: 3\n", `a.yaml:3: the key "a" is there already, on line 1`},
		"alias to itself": {"a: &x\n  b: *x\n", "a.yaml:1: an alias that contains itself"},
		"unknown alias":   {"a: *x\n", "a.yaml:1: not YAML: unknown anchor 'x' referenced"},
		"key of a list":   {"? [a]\n: b\n", "a.yaml:1: a key that is no plain word"},
		"too deep":        {strings.Repeat("[", 300) + strings.Repeat("]", 300), "a.yaml:1: nested deeper than 200 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := source.Parse("a.yaml", []byte(test.text))
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

func TestStrictDecodingTellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	documents, err := source.Parse("a.yaml", []byte("name: x\nlists:\n  - size: 1\n  - sice: 2\ncolour: red\n"))
	if err != nil {
		t.Fatal(err)
	}
	var target struct {
		Name  string `json:"name"`
		Lists []struct {
			Size int `json:"size"`
		} `json:"lists"`
	}
	got := source.Errors(source.Position{}, documents[0].Into(&target))
	want := []string{"a.yaml:4: lists[1].sice: unknown field", "a.yaml:5: colour: unknown field"}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i].Error() != want[i] {
			t.Errorf("%v, want %s", got[i], want[i])
		}
	}
}

func TestErrorsWithoutAPlaceGetTheOneThatIsGiven(t *testing.T) {
	t.Parallel()
	at := source.Position{File: "b.yaml", Line: 7}
	placed := source.Errorf(source.Position{File: "a.yaml"}, "first")
	got := source.Errors(at, errors.Join(placed, errors.Join(errors.New("second"), nil)))
	if len(got) != 2 || got[0] != placed || got[1].Error() != "b.yaml:7: second" {
		t.Errorf("%v", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"a: 1", "a: &x [1]\nb: *x", "---\n---\na: {b: c}", "? a\n: b", "a: !!binary x", "<<: {a: 1}", "- - - x", "a: |\n  b\n", "%YAML 1.1\n---\na: 1"} {
		f.Add([]byte(text), "a.b[0]")
	}
	f.Fuzz(func(t *testing.T, content []byte, path string) {
		if len(content) > 1<<16 {
			return
		}
		documents, err := source.Parse("a.yaml", content)
		if err != nil {
			var placed *source.Error
			if !errors.As(err, &placed) || placed.File != "a.yaml" {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		for _, d := range documents {
			d.Nearest(source.ParsePath(path))
			if data, err := d.JSON(); err == nil && len(data) == 0 {
				t.Error("no JSON and no error")
			}
		}
	})
}
