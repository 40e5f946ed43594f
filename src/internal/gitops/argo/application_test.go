package argo_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// whole is an Application that is right, with the source on lines 7 to 9 and the
// destination after it.
const whole = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
spec:
  project: apps
  source:
    repoURL: https://git.example.com/shop.git
    path: apps/web
  destination:
    server: https://kubernetes.default.svc
    namespace: shop
`

// decode reads an Application that was made from whole by replacing text.
func decode(t *testing.T, replace ...string) (*argo.Application, error) {
	t.Helper()
	documents, err := source.Parse("web.yaml", []byte(strings.NewReplacer(replace...).Replace(whole)))
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	var content map[string]any
	if err := documents[0].Into(&content); err != nil {
		t.Fatal(err)
	}
	return argo.Decode(object.New(content, origin.FromFile(documents[0])))
}

func TestAnApplicationSaysWhatIsRenderedAndWhere(t *testing.T) {
	t.Parallel()
	a, err := decode(t, "  name: web\n", "  name: web\n  annotations:\n    argocd.argoproj.io/sync-wave: \"-5\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if a.Name != "web" || a.Wave != -5 || a.Namespace != "shop" || len(a.Sources) != 1 || a.Sources[0].Path != "apps/web" {
		t.Errorf("%+v", a)
	}
	if at := a.Position(a.Sources[0]).String(); at != "web.yaml:9" {
		t.Errorf("the source is at %s, want web.yaml:9", at)
	}
}

func TestAnApplicationMayHaveSeveralSources(t *testing.T) {
	t.Parallel()
	a, err := decode(t, `  source:
    repoURL: https://git.example.com/shop.git
    path: apps/web
`, `  sources:
    - repoURL: https://git.example.com/shop.git
      path: apps/web
    - repoURL: https://git.example.com/other.git
      targetRevision: v1.0.0
      path: apps/other
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range a.Sources {
		got = append(got, s.Path+" "+a.Position(s).String())
	}
	if diff := cmp.Diff([]string{"apps/web web.yaml:8", "apps/other web.yaml:10"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Each defect is put in the place of one line of a whole Application.
func TestWhatArgoCDWouldRefuseOrPassOverIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	const (
		project     = "  project: apps\n"
		path        = "    path: apps/web\n"
		destination = "    server: https://kubernetes.default.svc\n"
		options     = path + "    kustomize:\n      "
	)
	for name, test := range map[string]struct{ line, defect, want string }{
		"unknown field":          {project, project + "  sync: {}\n", "web.yaml:7: spec.sync: unknown field"},
		"unknown field deep":     {path, path + "    kustomize: {image: []}\n", "web.yaml:10: spec.source.kustomize.image: unknown field"},
		"wrong type":             {path, "    path: [apps]\n", "web.yaml:9: spec.source.path: a array where string is expected"},
		"newer field":            {project, project + "  syncPolicy: {retry: {refresh: true}}\n", ""},
		"newer field's type":     {project, project + "  syncPolicy:\n    retry:\n      refresh: 1\n", "web.yaml:9: spec.syncPolicy.retry.refresh: a number where bool is expected"},
		"wave":                   {"  name: web\n", "  name: web\n  annotations:\n    argocd.argoproj.io/sync-wave: first\n", `web.yaml:6: metadata.annotations["argocd.argoproj.io/sync-wave"]: "first" is no number`},
		"no project":             {project, "", "web.yaml:5: spec.project: missing: every Application belongs to a project"},
		"no destination":         {destination, "", "web.yaml:10: spec.destination: needs a server or a name, and not both"},
		"two destinations":       {destination, destination + "    name: kind\n", "web.yaml:10: spec.destination: needs a server or a name, and not both"},
		"no source":              {"  source:\n    repoURL: https://git.example.com/shop.git\n" + path, "", "web.yaml:5: spec.source: missing: an Application without a source renders nothing"},
		"source and sources":     {project, project + "  sources: [{repoURL: a, path: b}]\n", "web.yaml:7: spec.sources: source or sources, not both"},
		"source hydrator":        {project, project + "  sourceHydrator: {}\n", "web.yaml:7: spec.sourceHydrator: not supported"},
		"no repository":          {"    repoURL: https://git.example.com/shop.git\n", "", "web.yaml:7: spec.source.repoURL: missing"},
		"no path":                {path, "", "web.yaml:7: spec.source.path: missing"},
		"chart":                  {path, "    chart: web\n", "web.yaml:9: spec.source.chart: Helm charts are not supported: render the chart into a base"},
		"Helm values":            {path, path + "    helm: {releaseName: web}\n", "web.yaml:10: spec.source.helm: Helm is not supported: render the chart into a base"},
		"Helm, but empty":        {path, path + "    helm: {}\n", ""},
		"values of another":      {path, path + "    ref: values\n", "web.yaml:10: spec.source.ref: serves values to Helm, which is not supported"},
		"plugin":                 {path, path + "    plugin: {name: a}\n", "web.yaml:10: spec.source.plugin: plugins are not supported"},
		"Jsonnet":                {path, path + "    directory: {jsonnet: {libs: [a]}}\n", "web.yaml:10: spec.source.directory: Jsonnet is not supported"},
		"two tools":              {path, path + "    directory: {recurse: true}\n    kustomize: {}\n", "web.yaml:10: spec.source.directory: kustomize or directory, not both"},
		"kustomize version":      {path, options + "version: v5.0.0\n", "web.yaml:11: spec.source.kustomize.version: only the kustomize version of this tool is rendered with"},
		"Kubernetes version":     {path, options + "kubeVersion: v1.31.0\n", "web.yaml:11: spec.source.kustomize.kubeVersion: is for Helm charts, which are not supported"},
		"API versions":           {path, options + "apiVersions: [v1]\n", "web.yaml:11: spec.source.kustomize.apiVersions: is for Helm charts, which are not supported"},
		"variable in an image":   {path, options + "images: [\"web:$ARGOCD_APP_REVISION\"]\n", "web.yaml:11: spec.source.kustomize.images[0]: variables of Argo CD's build environment are not supported"},
		"variable in a label":    {path, options + "commonLabels: {a: \"${ARGOCD_APP_NAME}\"}\n", "web.yaml:11: spec.source.kustomize.commonLabels.a: variables of Argo CD's build environment are not supported"},
		"variable in annotation": {path, options + "commonAnnotations: {a: $A}\n      commonAnnotationsEnvsubst: true\n", "web.yaml:11: spec.source.kustomize.commonAnnotations.a: variables of Argo CD's build environment are not supported"},
		"dollars in annotation":  {path, options + "commonAnnotations: {a: $5}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(t, test.line, test.defect)
			if got := text(err); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAllThatIsWrongWithAnApplicationIsTold(t *testing.T) {
	t.Parallel()
	_, err := decode(t, "  project: apps\n", "", "    path: apps/web\n", "    chart: web\n")
	if got := source.Errors(source.Position{}, err); len(got) != 2 {
		t.Errorf("%d errors, want 2: %v", len(got), err)
	}
}

// edited is a kustomization with one of each, after the options of an Application.
func edited(t *testing.T, options string) (*types.Kustomization, error) {
	t.Helper()
	a, err := decode(t, "    path: apps/web\n", "    path: apps/web\n    kustomize:\n"+options)
	if err != nil {
		t.Fatal(err)
	}
	k := &types.Kustomization{
		NamePrefix:        "old-",
		Images:            []types.Image{{Name: "web", NewName: "other", NewTag: "v1"}},
		Replicas:          []types.Replica{{Name: "web", Count: 1}},
		Labels:            []types.Label{{Pairs: map[string]string{"team": "old"}}},
		CommonAnnotations: map[string]string{"owner": "old"},
		Components:        []string{"../one"},
	}
	_, err = a.Edit(a.Sources[0])(k)
	return k, err
}

func TestOptionsReplaceWhatTheKustomizationHasOfTheSameName(t *testing.T) {
	t.Parallel()
	got, err := edited(t, `      namePrefix: new-
      images: ["web:v2", "another=registry.example.com:5000/another"]
      replicas: [{name: web, count: "2"}, {name: api, count: 3}]
      commonLabels: {team: new}
      labelWithoutSelector: true
      forceCommonLabels: true
      commonAnnotations: {more: new}
      components: [../one, ../two]
`)
	if err != nil {
		t.Fatal(err)
	}
	want := &types.Kustomization{
		NamePrefix:        "new-",
		Images:            []types.Image{{Name: "another", NewName: "registry.example.com:5000/another"}, {Name: "web", NewTag: "v2"}},
		Replicas:          []types.Replica{{Name: "api", Count: 3}, {Name: "web", Count: 2}},
		Labels:            []types.Label{{Pairs: map[string]string{"team": "new"}}},
		CommonAnnotations: map[string]string{"owner": "old", "more": "new"},
		Components:        []string{"../one", "../two"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOptionsThatCannotBeAppliedAreToldWithTheirLine(t *testing.T) {
	t.Parallel()
	const at = "web.yaml:12: spec.source.kustomize."
	for options, want := range map[string]string{
		"images:\n        - web":                                      at + `images[0]: "web" is not NAME=NEWNAME:TAG@DIGEST`,
		"images:\n        - web=*:v2":                                 at + `images[0]: "web=*:v2" is not NAME=NEWNAME:TAG@DIGEST`,
		"images:\n        - :v2":                                      at + `images[0]: ":v2" is not NAME=NEWNAME:TAG@DIGEST`,
		"replicas:\n        - {name: web, count: many}":               at + `replicas[0].count: "many" is no number`,
		"commonAnnotations:\n        owner: new":                      at + "commonAnnotations.owner: is already in the kustomization file",
		"labelWithoutSelector: true\n      commonLabels: {team: new}": at + "commonLabels.team: is already in the kustomization file",
	} {
		if _, err := edited(t, "      "+options+"\n"); text(err) != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestASourceWithoutOptionsEditsNothing(t *testing.T) {
	t.Parallel()
	a, err := decode(t)
	if err != nil {
		t.Fatal(err)
	}
	if a.Edit(a.Sources[0]) != nil {
		t.Error("an edit of nothing, which keeps what is built from being shared")
	}
}
