package render_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
)

// definition is a CustomResourceDefinition with two versions.
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shops.example.com
spec:
  group: example.com
  names: {kind: Shop, plural: shops}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: {type: object, description: first, properties: {size: {type: number, default: 1.5}}}
    - name: v2
      served: true
      storage: false
      schema:
        openAPIV3Schema: {type: object, description: second}
`

// TestSchemasOfDefinitionsAreBuiltLikeByTheKustomizeCommand does to them what hardly any
// kustomization does.
func TestSchemasOfDefinitionsAreBuiltLikeByTheKustomizeCommand(t *testing.T) {
	t.Parallel()
	const target = "{kind: CustomResourceDefinition}"
	for name, fields := range map[string]string{
		"nothing":            "",
		"labels":             "labels: [{pairs: {a: b}, includeTemplates: true}]\nnamespace: c\nnamePrefix: d-",
		"patch beside":       "patches: [{target: " + target + ", patch: '[{op: replace, path: /spec/versions/1/served, value: false}]'}]",
		"patch inside":       "patches: [{target: " + target + ", patch: '[{op: remove, path: /spec/versions/0/schema/openAPIV3Schema/properties/size/default}]'}]",
		"patch of all":       "patches: [{target: " + target + ", patch: '[{op: replace, path: /spec/versions/1/schema, value: {openAPIV3Schema: {type: object}}}]'}]",
		"patch that removes": "patches: [{target: " + target + ", patch: '[{op: remove, path: /spec/versions/0}]'}]",
		"patch that copies":  "patches: [{target: " + target + ", patch: '[{op: copy, from: /spec/versions/0/schema, path: /spec/versions/1/schema}]'}]",
		"patch that tests":   "patches: [{target: " + target + ", patch: '[{op: test, path: /spec/versions/0/schema/openAPIV3Schema/type, value: object}]'}]",
		"patch that merges":  "patches: [{patch: '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: shops.example.com}, spec: {versions: [{name: v3, schema: {openAPIV3Schema: {type: object}}}]}}'}]",
		"patch that deletes": "patches: [{patch: '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: shops.example.com}, $patch: delete}'}]",
		"local":              "patches: [{target: " + target + ", patch: '[{op: add, path: /metadata/annotations, value: {config.kubernetes.io/local-config: \"true\"}}]'}]",
		"replacement":        "replacements: [{source: {kind: CustomResourceDefinition, fieldPath: spec.versions.0.schema.openAPIV3Schema.description}, targets: [{select: " + target + ", fieldPaths: [spec.versions.1.schema.openAPIV3Schema.description]}]}]",
		"file of a Secret":   "secretGenerator: [{name: s, files: [definition.yaml]}]",
		"bad patch":          "patches: [{target: " + target + ", patch: '[{op: remove, path: /spec/none}]'}]",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range map[string]string{
				"shop/kustomization.yaml": "resources: [definition.yaml, shop.yaml]\n" + fields + "\n",
				"shop/definition.yaml":    definition,
				"shop/shop.yaml":          "{apiVersion: example.com/v1, kind: Shop, metadata: {name: a}}",
			} {
				write(t, filepath.Join(dir, file), text)
			}
			objects, _, ourErr := render.Kustomize(open(t, dir), "shop", kustomization.Options{})
			want, theirErr := kustomize(t, dir, "build", "shop")
			if ourErr != nil || theirErr != nil {
				if ourErr == nil || theirErr == nil || strings.Contains(ourErr.Error(), "schema 0 of") {
					t.Errorf("our error is %v, kustomize's %v", ourErr, theirErr)
				}
				return
			}
			if diff := cmp.Diff(want, stream(t, objects)); diff != "" {
				t.Errorf("-kustomize +ours:\n%s", diff)
			}
		})
	}
}

// A schema that several kustomizations render as it is written is one, not a copy for each.
func TestOverlaysShareTheSchemasOfDefinitions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "base", "kustomization.yaml"), "resources: [definition.yaml]\n")
	write(t, filepath.Join(dir, "base", "definition.yaml"), definition)
	reader, schemas := open(t, dir), map[uintptr]bool{}
	for i := range 3 {
		overlay := fmt.Sprintf("overlay-%d", i)
		write(t, filepath.Join(dir, overlay, "kustomization.yaml"), "resources: [../base]\ncommonAnnotations: {overlay: "+overlay+"}\n")
		objects, _, err := render.Kustomize(reader, overlay, kustomization.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range objects[0].List("spec", "versions") {
			schemas[reflect.ValueOf(object.Get(version, "schema")).Pointer()] = true
		}
	}
	if len(schemas) != 2 {
		t.Errorf("three overlays have %d schemas where their base has two", len(schemas))
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
