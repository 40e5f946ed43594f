package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/diff"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// cluster has one Application for each text, which is called what its file is.
func cluster(t *testing.T, name string, applications map[string]string) *render.Cluster {
	t.Helper()
	c := &render.Cluster{Name: name}
	for application, text := range applications {
		documents, err := source.Parse(application+".yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		a := &render.Application{Application: &argo.Application{Name: application}}
		for _, document := range documents {
			var content map[string]any
			if err := document.Into(&content); err != nil {
				t.Fatal(err)
			}
			a.Objects = append(a.Objects, object.New(content, origin.FromFile(document)))
		}
		c.Applications = append(c.Applications, a)
	}
	return c
}

// changes are those of one Application, one a line, with its fields after it.
func changes(t *testing.T, before, after string) string {
	t.Helper()
	return written(diff.Clusters(
		[]*render.Cluster{cluster(t, "kind", map[string]string{"web": before})},
		[]*render.Cluster{cluster(t, "kind", map[string]string{"web": after})},
	))
}

func written(all []diff.Application) string {
	var b strings.Builder
	for _, a := range all {
		for _, c := range a.Changes {
			fmt.Fprintf(&b, "%s/%s %s %s", a.Cluster, a.Name, c.Kind, c.Object)
			if c.Was != "" {
				fmt.Fprintf(&b, " was %s", c.Was)
			}
			fmt.Fprintf(&b, " (%s)\n", c.Position)
			for _, f := range c.Fields {
				fmt.Fprintf(&b, "  %s: %q → %q\n", f.Path, f.Old, f.New)
			}
		}
	}
	return b.String()
}

const header = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: web}\n"

func TestAFieldIsToldByItsPathWithWhatItWasAndIs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after, want string }{
		"gained":           {"", "spec: {type: NodePort}", `spec: "" → "{\"type\":\"NodePort\"}"`},
		"gained inside":    {"spec: {}", "spec: {type: NodePort}", `spec.type: "" → "NodePort"`},
		"lost":             {"spec: {type: NodePort, clusterIP: None}", "spec: {type: NodePort}", `spec.clusterIP: "None" → ""`},
		"changed":          {"spec: {type: NodePort}", "spec: {type: ClusterIP}", `spec.type: "NodePort" → "ClusterIP"`},
		"moved":            {"spec: {selector: {app: web}}", "spec: {selector: {name: web}}", "spec.selector.app: \"web\" → \"\"\n  spec.selector.name: \"\" → \"web\""},
		"another type":     {"spec: {type: [a]}", "spec: {type: {a: b}}", `spec.type: "[\"a\"]" → "{\"a\":\"b\"}"`},
		"a key with dots":  {"data: {a.b/c: old}", "data: {a.b/c: new}", `data["a.b/c"]: "old" → "new"`},
		"an item by name":  {"ports: [{name: a, port: 1}, {name: b, port: 2}]", "ports: [{name: b, port: 3}, {name: a, port: 1}]", `ports.b.port: "2" → "3"`},
		"an item gained":   {"ports: [{name: b}]", "ports: [{name: a}, {name: b}]", `ports.a: "" → "{\"name\":\"a\"}"`},
		"an item by place": {"args: [a, b]", "args: [a, c, d]", "args[1]: \"b\" → \"c\"\n  args[2]: \"\" → \"d\""},
		"a name twice":     {"ports: [{name: a, port: 1}, {name: a, port: 2}]", "ports: [{name: a, port: 1}, {name: a, port: 3}]", `ports[1].port: "2" → "3"`},
		"several lines":    {`data: {motd: "a\nb"}`, `data: {motd: "a\nc"}`, `data.motd: "a\\nb" → "a\\nc"`},
		"a long text":      {"data: {motd: a}", "data: {motd: " + strings.Repeat("é", 150) + "}", `data.motd: "a" → "` + strings.Repeat("é", 100) + `…"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := "kind/web ~ Service/web/web (web.yaml:1)\n  " + test.want + "\n"
			if diff := cmp.Diff(want, changes(t, header+test.before, header+test.after)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOrderOfKeysAndOfNamedItemsIsNoChange(t *testing.T) {
	t.Parallel()
	got := changes(t, header+"spec: {a: 1, ports: [{name: a}, {name: b}]}", header+"spec: {ports: [{name: b}, {name: a}], a: 1}")
	if got != "" {
		t.Errorf("a change where there is none:\n%s", got)
	}
}

// What is gone is said to be from where it was.
func TestObjectsAreGainedAndLost(t *testing.T) {
	t.Parallel()
	got := changes(t, "# one\n---\n"+header, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: web}")
	want := "kind/web + Deployment.apps/web/web (web.yaml:1)\nkind/web - Service/web/web (web.yaml:3)\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnObjectThatChangesItsOwnerIsLostByOneAndGainedByTheOther(t *testing.T) {
	t.Parallel()
	before := cluster(t, "kind", map[string]string{"api": header, "web": ""})
	after := cluster(t, "kind", map[string]string{"api": "", "web": header})
	got := written(diff.Clusters([]*render.Cluster{before}, []*render.Cluster{after}))
	want := "kind/api - Service/web/web (api.yaml:1)\nkind/web + Service/web/web (web.yaml:1)\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatChangesOnOneClusterIsNotToldOfTheOther(t *testing.T) {
	t.Parallel()
	web := func(name, text string) *render.Cluster {
		return cluster(t, name, map[string]string{"web": header + text})
	}
	all := diff.Clusters(
		[]*render.Cluster{web("lab", "spec: {a: 1}"), web("live", "spec: {a: 1}"), web("gone", "")},
		[]*render.Cluster{web("live", "spec: {a: 2}"), web("lab", "spec: {a: 1}")},
	)
	want := "gone/web - Service/web/web (web.yaml:1)\nlive/web ~ Service/web/web (web.yaml:1)\n  spec.a: \"1\" → \"2\"\n"
	if diff := cmp.Diff(want, written(all)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if all[0].Count(diff.Removed) != 1 || all[0].Count(diff.Added) != 0 || all[1].Count(diff.Changed) != 1 {
		t.Errorf("wrong counts of %+v", all)
	}
}

func TestAGeneratedObjectWithANewHashIsChangedAndNotReplaced(t *testing.T) {
	t.Parallel()
	generated := func(name, level string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {level: " + level + "}"
	}
	for name, test := range map[string]struct{ before, after, want string }{
		"a hash":  {"web-8k8fg2mbmd", "web-755f2k8b7t", "kind/web ~ ConfigMap/web-755f2k8b7t was ConfigMap/web-8k8fg2mbmd (web.yaml:1)\n  data.level: \"info\" → \"debug\"\n  metadata.name: \"web-8k8fg2mbmd\" → \"web-755f2k8b7t\"\n"},
		"a word":  {"web-configfile", "web-otherwords", "kind/web - ConfigMap/web-configfile (web.yaml:1)\nkind/web + ConfigMap/web-otherwords (web.yaml:1)\n"},
		"another": {"web-8k8fg2mbmd", "api-755f2k8b7t", "kind/web + ConfigMap/api-755f2k8b7t (web.yaml:1)\nkind/web - ConfigMap/web-8k8fg2mbmd (web.yaml:1)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, changes(t, generated(test.before, "info"), generated(test.after, "debug"))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestValuesOfSecretsAreHiddenAndTheirMetadataIsNot(t *testing.T) {
	t.Parallel()
	secret := func(text string) string { return "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n" + text }
	got := changes(t,
		secret("type: Opaque\ndata: {a: b2xk, gone: Z29uZQ==}\nstringData: {b: old}"),
		secret("type: other\ndata: {a: bmV3}\nstringData: {b: new, c: more}"))
	want := `kind/web ~ Secret/web (web.yaml:1)
  data.a: "(hidden)" → "(hidden)"
  data.gone: "(hidden)" → ""
  stringData.b: "(hidden)" → "(hidden)"
  stringData.c: "" → "(hidden)"
  type: "Opaque" → "other"
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
