package kustomization_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// files are those of a tree. All have object.yaml and an empty base.
type files map[string]string

func (f files) reader() *source.Reader {
	all := map[string][]byte{
		"app/object.yaml":         []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"),
		"base/kustomization.yaml": []byte("namePrefix: a-\n"),
	}
	for name, text := range f {
		all[name] = []byte(text)
	}
	return source.NewReader(tree.Of(all))
}

func load(t *testing.T, f files) *kustomization.Directory {
	t.Helper()
	d, err := kustomization.Load(f.reader(), "app", kustomization.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// written is what a directory names, in order, with the line of each name.
func written(d *kustomization.Directory) string {
	var b strings.Builder
	for _, e := range append(d.Resources, d.Components...) {
		fmt.Fprintf(&b, "%s %s\n", e.Position, e.Path)
	}
	for _, p := range d.Patches {
		for _, document := range p.Documents {
			fmt.Fprintf(&b, "%s patch of %s\n", p.Position, document.Start())
		}
	}
	for _, r := range d.Replacements {
		fmt.Fprintf(&b, "%s replaces %s\n", r.At(source.ParsePath("targets[0].fieldPaths")), r.Targets[0].FieldPaths)
	}
	return b.String()
}

func check(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestADirectoryIsReadWithAllThatItNames(t *testing.T) {
	t.Parallel()
	const replacement = "  targets:\n    - select: {kind: ConfigMap}\n      fieldPaths: [data.%s]\n"
	d := load(t, files{
		"app/kustomization.yaml": `resources:
  - object.yaml
  - ../base
components:
  - ../component
patches:
  - path: patch.yaml
replacements:
  - path: list.yaml
  - sourceValue: a
` + fmt.Sprintf("  "+replacement, "c"),
		"app/patch.yaml":               "kind: One\nmetadata: {name: a}\n---\nkind: Two\nmetadata: {name: a}\n",
		"app/list.yaml":                "- sourceValue: a\n" + fmt.Sprintf(replacement, "a") + "- sourceValue: b\n" + fmt.Sprintf(replacement, "b"),
		"component/kustomization.yaml": "kind: Component\nreplacements: [{path: one.yaml}]\n",
		"component/one.yaml":           "sourceValue: a\n" + strings.ReplaceAll(fmt.Sprintf(replacement, "d"), "  targets", "targets"),
	})
	check(t, `app/kustomization.yaml:2 app/object.yaml
app/kustomization.yaml:3 base
app/kustomization.yaml:5 component
app/kustomization.yaml:7 patch of app/patch.yaml:1
app/kustomization.yaml:7 patch of app/patch.yaml:4
app/list.yaml:4 replaces [data.a]
app/list.yaml:8 replaces [data.b]
app/kustomization.yaml:13 replaces [data.c]
`, written(d))
	check(t, "component/one.yaml:4 replaces [data.d]\n", written(d.Components[0].Directory))
}

// patch is one that would merge.
const patch = "kind: ConfigMap\nmetadata: {name: web}\n"

func TestPatchesAreInTheOrderInWhichKustomizeAppliesThem(t *testing.T) {
	t.Parallel()
	d := load(t, files{"app/kustomization.yaml": `patchesJson6902:
  - {path: last.yaml, target: {kind: ConfigMap}}
patches:
  - path: second.yaml
patchesStrategicMerge:
  - first.yaml
`, "app/first.yaml": patch, "app/second.yaml": patch, "app/last.yaml": "- {op: remove, path: /data}"})
	check(t, `app/kustomization.yaml:6 patch of app/first.yaml:1
app/kustomization.yaml:4 patch of app/second.yaml:1
app/kustomization.yaml:2 patch of app/last.yaml:1
`, written(d))
}

func TestATextInAKustomizationHasTheLinesOfItsFile(t *testing.T) {
	t.Parallel()
	d := load(t, files{"app/kustomization.yaml": `patches:
  - target: {kind: ConfigMap}
    patch: |-
      # why
      - op: remove
        path: /data
  - patch: '[{"op": "remove", "path": "/data"}]'
    target: {kind: ConfigMap}
patchesStrategicMerge:
  - |
    kind: ConfigMap
    metadata: {name: web}
`})
	check(t, `app/kustomization.yaml:10 patch of app/kustomization.yaml:11
app/kustomization.yaml:2 patch of app/kustomization.yaml:5
app/kustomization.yaml:7 patch of app/kustomization.yaml:7
`, written(d))
}

func TestEachDirectoryIsVisitedOnce(t *testing.T) {
	t.Parallel()
	d := load(t, files{
		"app/kustomization.yaml":   "resources: [../one, ../two, object.yaml]\ncomponents: [../extra]\n",
		"one/kustomization.yaml":   "resources: [../base]\n",
		"two/kustomization.yaml":   "resources: [../base]\n",
		"extra/kustomization.yaml": "kind: Component\nnameSuffix: -x\n",
	})
	var got []string
	d.Visit(func(d *kustomization.Directory) { got = append(got, d.Path) })
	check(t, "app one base two extra", strings.Join(got, " "))
}

func TestWhatCannotBeBuiltIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files files
		want  string
	}{
		"none":                     {files{}, "app: app has no kustomization.yaml"},
		"not YAML":                 {files{"app/kustomization.yaml": "namePrefix: a\n  b: c\n"}, "app/kustomization.yaml:2: not YAML: mapping values are not allowed in this context"},
		"unknown field":            {files{"app/kustomization.yaml": "namePrefix: a-\nresource: []\n"}, "app/kustomization.yaml:2: resource: unknown field"},
		"two documents":            {files{"app/kustomization.yaml": "namePrefix: a-\n---\nnameSuffix: -a\n"}, "app/kustomization.yaml: 2 YAML documents where a kustomization has one"},
		"empty":                    {files{"app/kustomization.yaml": "# nothing\n"}, "app/kustomization.yaml: 0 YAML documents where a kustomization has one"},
		"another kind":             {files{"app/kustomization.yaml": "kind: Deployment\n"}, "app/kustomization.yaml:1: kind should be Kustomization or Component"},
		"two file names":           {files{"app/kustomization.yaml": "{}", "app/Kustomization": "{}"}, "app/Kustomization: a second kustomization file, beside kustomization.yaml: kustomize builds no directory with two"},
		"two file names in base":   {files{"app/kustomization.yaml": "resources: [../base]", "base/kustomization.yml": "{}"}, "base/kustomization.yml: a second kustomization file, beside kustomization.yaml: kustomize builds no directory with two"},
		"Helm":                     {files{"app/kustomization.yaml": "namePrefix: a-\nhelmCharts: []\n"}, "app/kustomization.yaml:2: helmCharts: Helm charts are not supported: render the chart into a base"},
		"a schema":                 {files{"app/kustomization.yaml": "openapi: {path: a.json}\n"}, "app/kustomization.yaml:1: openapi: a schema of its own is not supported: it would hold for all kustomizations"},
		"a program":                {resources("transformers: [object.yaml]"), "app/kustomization.yaml:2: transformers: only kustomize's builtin plugins are supported, and none of Helm"},
		"a cycle":                  {files{"app/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources:\n  - ../c", "c/kustomization.yaml": "resources:\n\n  - ../b"}, "c/kustomization.yaml:3: a cycle of kustomizations: b → c → b"},
		"itself":                   {files{"app/kustomization.yaml": "resources: [../app]"}, "app/kustomization.yaml:1: a cycle of kustomizations: app → app"},
		"what it is in":            {files{"app/kustomization.yaml": "resources: [..]", "kustomization.yaml": "resources: [app]"}, "app/kustomization.yaml:1: a cycle of kustomizations: app → ."},
		"what its base is in":      {files{"app/kustomization.yaml": "resources: [../b/c]", "b/c/kustomization.yaml": "resources: [..]", "b/kustomization.yaml": "namePrefix: a-"}, "b/c/kustomization.yaml:1: a cycle of kustomizations: b/c → b"},
		"a user of a host":         {files{"app/kustomization.yaml": "resources:\n  - me@example.com:a/b\n"}, `app/kustomization.yaml:2: "me@example.com:a/b" is remote: only what is in this repository is built`},
		"outside":                  {files{"app/kustomization.yaml": "resources:\n  - ../../other\n"}, `app/kustomization.yaml:2: "../../other" is outside the repository`},
		"an absolute path":         {files{"app/kustomization.yaml": "resources:\n  - /base\n"}, `app/kustomization.yaml:2: "/base" is an absolute path`},
		"a URL":                    {files{"app/kustomization.yaml": "resources:\n  - https://example.com/a.yaml\n"}, `app/kustomization.yaml:2: "https://example.com/a.yaml" is remote: only what is in this repository is built`},
		"a host without a scheme":  {files{"app/kustomization.yaml": "resources:\n  - git@example.com:a/b\n"}, `app/kustomization.yaml:2: "git@example.com:a/b" is remote: only what is in this repository is built`},
		"an empty name":            {files{"app/kustomization.yaml": "resources:\n  - ''\n"}, "app/kustomization.yaml:2: an empty name"},
		"a missing file":           {resources("  - missing.yaml"), `app/kustomization.yaml:2: "missing.yaml" does not exist`},
		"a base without":           {files{"app/kustomization.yaml": "resources:\n  - ../other\n", "other/a.yaml": ""}, "app/kustomization.yaml:2: other has no kustomization.yaml"},
		"a file beside":            {files{"app/kustomization.yaml": "resources: [../other/a.yaml]\n", "other/a.yaml": "kind: A"}, "app/kustomization.yaml:1: other/a.yaml is not in or below app, and kustomize reads no file from elsewhere"},
		"no object":                {files{"app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": "# nothing"}, "app/a.yaml: has no object"},
		"an object of no kind":     {files{"app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": "---\napiVersion: v1"}, "app/a.yaml:2: not an object: it has no apiVersion or no kind"},
		"an object without name":   {files{"app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": "apiVersion: v1\nkind: Secret"}, "app/a.yaml:1: not an object: it has no name"},
		"a file as component":      {resources("components: [object.yaml]"), "app/kustomization.yaml:2: app/object.yaml is a file where a component's directory is expected"},
		"a base as component":      {resources("components: [../base]"), "app/kustomization.yaml:2: base/kustomization.yaml is of kind Kustomization, but is named where a Component is expected"},
		"a patch of nothing":       {resources("patches: [{target: {kind: A}}]"), "app/kustomization.yaml:2: a patch without path and text"},
		"a patch of two":           {resources("patches: [{path: object.yaml, patch: 'a: b'}]"), "app/kustomization.yaml:2: a patch has a path or a text, not both"},
		"an empty patch":           {resources("patches: [{patch: '# nothing'}]"), "app/kustomization.yaml:2: the patch is empty"},
		"a broken patch":           {resources("patches:\n  - patch: |\n      a: 1\n        b: 2"), "app/kustomization.yaml:5: not YAML: mapping values are not allowed in this context"},
		"a broken patch in a line": {resources("patches:\n  - patch: '{'"), "app/kustomization.yaml:3: not YAML: did not find expected node content"},
		"a directory as a patch":   {resources("patches: [{path: ../base}]"), "app/kustomization.yaml:2: base is a directory where a file is expected"},
		"a missing file of a map":  {resources("configMapGenerator: [{name: a, files: [a=missing.txt]}]"), `app/kustomization.yaml:2: "missing.txt" does not exist`},
		"missing variables":        {resources("secretGenerator: [{name: a, envs: [missing.env]}]"), `app/kustomization.yaml:2: "missing.env" does not exist`},
		"a missing replacement":    {resources("replacements: [{path: missing.yaml}]"), `app/kustomization.yaml:2: "missing.yaml" does not exist`},
		"nothing to replace by":    {replacement("targets: [{select: {kind: A}}]"), "app/kustomization.yaml:3: a replacement without source and sourceValue"},
		"two to replace by":        {replacement("source: {name: a}", "sourceValue: b", "targets: [{select: {kind: A}}]"), "app/kustomization.yaml:4: a replacement has a source or a sourceValue, not both"},
		"nothing to replace in":    {replacement("sourceValue: a", "targets: []"), "app/kustomization.yaml:4: a replacement without targets"},
		"a target of nothing":      {replacement("sourceValue: a", "targets:", "  - fieldPaths: [a]"), "app/kustomization.yaml:5: a target selects no object"},
		"a target's pattern":       {replacement("sourceValue: a", "targets: [{select: {kind: '('}}]"), "app/kustomization.yaml:4: error parsing regexp: missing closing ): `^(?:()$`"},
		"a target not rejecting":   {replacement("sourceValue: a", "targets: [{select: {kind: A}, reject: [null]}]"), "app/kustomization.yaml:4: a target rejects nothing"},
		"one in a file":            {files{"app/kustomization.yaml": "replacements: [{path: a.yaml}]", "app/a.yaml": "- sourceValue: a\n  targets: [{select: {kind: A}}]\n- sourceValue: a"}, "app/a.yaml:3: a replacement without targets"},
		"two of replacements":      {files{"app/kustomization.yaml": "replacements: [{path: a.yaml}]", "app/a.yaml": "a: b\n---\na: b"}, "app/a.yaml: 2 YAML documents where replacements are in one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := kustomization.Load(test.files.reader(), "app", kustomization.Options{})
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// replacement is an app with one on line 3.
func replacement(lines ...string) files {
	return resources("replacements:\n  - " + strings.Join(lines, "\n    "))
}

// resources is an app of the object, with lines after it.
func resources(lines string) files {
	if strings.HasPrefix(lines, " ") {
		return files{"app/kustomization.yaml": "resources:\n" + lines + "\n"}
	}
	return files{"app/kustomization.yaml": "resources: [object.yaml]\n" + lines + "\n"}
}

func TestAllThatIsWrongIsTold(t *testing.T) {
	t.Parallel()
	f := files{
		"app/kustomization.yaml": "resources: [missing.yaml, ../b]\npatches: [{path: gone.yaml}]\n",
		"b/kustomization.yaml":   "resources: [none.yaml]\n",
	}
	_, err := kustomization.Load(f.reader(), "app", kustomization.Options{})
	want := `app/kustomization.yaml:1: "missing.yaml" does not exist
b/kustomization.yaml:1: "none.yaml" does not exist
app/kustomization.yaml:2: "gone.yaml" does not exist`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestFilesFromElsewhereAreReadWhereTheClusterAllowsIt(t *testing.T) {
	t.Parallel()
	f := files{"app/kustomization.yaml": "resources: [../other/a.yaml]\n", "other/a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}"}
	d, err := kustomization.Load(f.reader(), "app", kustomization.Options{AnyFile: true})
	if err != nil || d.Resources[0].Path != "other/a.yaml" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestEveryNameOfAKustomizationFileIsFound(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		got, err := kustomization.File(tree.Of(map[string][]byte{"app/" + name: nil}), "app")
		if err != nil || got != "app/"+name {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	got, err := kustomization.File(tree.Of(map[string][]byte{"app/kustomization.json": nil, "app/kustomization.yaml/a": nil}), "app")
	if err != nil || got != "" {
		t.Errorf("%q, %v, where there is none", got, err)
	}
}

func TestLinksAreFollowedInsideTheRepositoryAndNotOutOfIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"app", "base", "out"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"app/kustomization.yaml":  "resources: [linked]\n",
		"base/kustomization.yaml": "namePrefix: a-\n",
		"out/kustomization.yaml":  "namePrefix: a-\nresources: [passwords]\nconfigMapGenerator: [{name: a, files: [passwords]}]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"app/linked": "../base", "out/passwords": "/etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := tree.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	reader := source.NewReader(opened)
	d, err := kustomization.Load(reader, "app", kustomization.Options{})
	if err != nil || d.Resources[0].Path != "base" {
		t.Errorf("%+v, %v", d, err)
	}
	_, err = kustomization.Load(reader, "out", kustomization.Options{AnyFile: true})
	want := `out/kustomization.yaml:2: out/passwords is a symbolic link to "/etc/passwd", outside the repository
out/kustomization.yaml:3: out/passwords is a symbolic link to "/etc/passwd", outside the repository`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAnEditChangesTheOutermostAndIsWhereItIsStated(t *testing.T) {
	t.Parallel()
	f := files{"app/kustomization.yaml": "resources: [../base]\nnamePrefix: a-\nimages: [{name: web, newTag: v1}]\n"}
	stated := source.Position{File: "web.yaml", Line: 9}
	d, err := kustomization.Load(f.reader(), "app", kustomization.Options{Edit: func(k *types.Kustomization) (kustomization.Stated, error) {
		k.NamePrefix = "b-"
		k.Components = append(k.Components, "../missing")
		return kustomization.Stated{"namePrefix": stated, "components[0]": stated, "images.api": stated}, nil
	}})
	if want := `web.yaml:9: "../missing" does not exist`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if base := d.Resources[0].Directory; d.Spec.NamePrefix != "b-" || base.Spec.NamePrefix != "a-" {
		t.Errorf("the prefixes are %q and %q", d.Spec.NamePrefix, base.Spec.NamePrefix)
	}
	for field, want := range map[string]string{"namePrefix": "web.yaml:9", "components[0].x": "web.yaml:9", "resources[0]": "app/kustomization.yaml:1"} {
		if got := d.At(source.ParsePath(field)).String(); got != want {
			t.Errorf("%s is at %s, want %s", field, got, want)
		}
	}
	for image, want := range map[string]string{"web": "app/kustomization.yaml:3", "api": "web.yaml:9", "other": ""} {
		if at, found := d.Named("images", image, "newTag"); at.String() != want || found != (want != "") {
			t.Errorf("the image %s is at %s, %t; want %s", image, at, found, want)
		}
	}
}
