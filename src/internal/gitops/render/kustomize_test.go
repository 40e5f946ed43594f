package render_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/bitpin/exchange/src/internal/gitops/argo"
	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

const root = "../../../.."

var program struct {
	once sync.Once
	path string
	err  error
	out  []byte
}

// kustomizeProgram builds the command that Argo CD would run, of the version that the
// library has, from the module that pins it.
func kustomizeProgram(t testing.TB) string {
	t.Helper()
	program.once.Do(func() {
		dir, err := os.MkdirTemp("", "kustomize-") //nolint:usetesting // it outlives the first test
		if err != nil {
			program.err = err
			return
		}
		program.path = filepath.Join(dir, "kustomize")
		cmd := exec.Command("go", "build", "-mod=readonly", "-o", program.path, "sigs.k8s.io/kustomize/kustomize/v5")
		cmd.Dir, cmd.Env = filepath.Join(root, "tests", "tools", "kustomize"), append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
		program.out, program.err = cmd.CombinedOutput()
	})
	if program.err != nil {
		t.Fatalf("building kustomize: %v\n%s", program.err, program.out)
	}
	return program.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program.path != "" {
		os.RemoveAll(filepath.Dir(program.path))
	}
	os.Exit(code)
}

func kustomize(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(kustomizeProgram(t), args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stderr.String(), err
	}
	return stdout.String(), nil
}

func open(t testing.TB, dir string) *source.Reader {
	t.Helper()
	files, err := tree.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return source.NewReader(files)
}

func stream(t *testing.T, objects []*object.Object) string {
	t.Helper()
	var texts []string
	for _, o := range objects {
		text, err := o.YAML()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return strings.Join(texts, "---\n")
}

// kustomizations finds all kustomizations of a directory's apps, platform and clusters.
func kustomizations(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	reader := open(t, dir)
	for _, top := range []string{"apps", "platform", "clusters"} {
		err := reader.Tree().Walk(top, func(name string) error {
			if filepath.Base(name) == "kustomization.yaml" {
				found = append(found, filepath.Dir(name))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func TestEveryKustomizationRendersLikeTheKustomizeCommand(t *testing.T) {
	t.Parallel()
	reader, whole := open(t, root), 0
	for _, dir := range kustomizations(t, root) {
		objects, _, ourErr := render.Kustomize(reader, dir, kustomization.Options{})
		want, theirErr := kustomize(t, root, "build", dir)
		if (ourErr == nil) != (theirErr == nil) {
			t.Errorf("%s: our error is %v, kustomize's %v\n%s", dir, ourErr, theirErr, want)
			continue
		}
		if ourErr != nil {
			continue // a component that needs the base which it is for
		}
		whole++
		if diff := cmp.Diff(want, stream(t, objects)); diff != "" {
			t.Errorf("%s (-kustomize +ours):\n%s", dir, diff)
		}
	}
	if whole < 10 {
		t.Errorf("only %d kustomizations were compared", whole)
	}
}

// The options of an Application are what Argo CD hands to "kustomize edit".
func TestApplicationOptionsEditLikeTheKustomizeCommand(t *testing.T) {
	t.Parallel()
	digest := "sha256:594ceea76b01c592858f803f9ff4d2cb40542cae2060410b2c95f75907d659e1"
	for name, test := range map[string]struct {
		options v1alpha1.ApplicationSourceKustomize
		edit    []string
	}{
		"prefix":            {v1alpha1.ApplicationSourceKustomize{NamePrefix: "my-"}, []string{"set", "nameprefix", "my-"}},
		"suffix":            {v1alpha1.ApplicationSourceKustomize{NameSuffix: "-2"}, []string{"set", "namesuffix", "--", "-2"}},
		"namespace":         {v1alpha1.ApplicationSourceKustomize{Namespace: "other"}, []string{"set", "namespace", "other"}},
		"image tag":         {images("web:v2"), []string{"set", "image", "web:v2"}},
		"image digest":      {images("web@" + digest), []string{"set", "image", "web@" + digest}},
		"image name":        {images("web=other.example.com:5000/web"), []string{"set", "image", "web=other.example.com:5000/web"}},
		"image all":         {images("web=other.example.com:5000/web:v3@" + digest), []string{"set", "image", "web=other.example.com:5000/web:v3@" + digest}},
		"replicas":          {v1alpha1.ApplicationSourceKustomize{Replicas: v1alpha1.KustomizeReplicas{{Name: "web", Count: intstr.FromInt32(7)}}}, []string{"set", "replicas", "web=7"}},
		"label":             {v1alpha1.ApplicationSourceKustomize{CommonLabels: map[string]string{"team": "web"}}, []string{"add", "label", "team:web"}},
		"label no selector": {v1alpha1.ApplicationSourceKustomize{CommonLabels: map[string]string{"team": "web"}, LabelWithoutSelector: true}, []string{"add", "label", "--without-selector", "team:web"}},
		"annotation":        {v1alpha1.ApplicationSourceKustomize{CommonAnnotations: map[string]string{"example.com/a": "b"}}, []string{"add", "annotation", "example.com/a:b"}},
		"component":         {v1alpha1.ApplicationSourceKustomize{Components: []string{"../../component"}}, []string{"add", "component", "../../component"}},
		"component twice":   {v1alpha1.ApplicationSourceKustomize{Components: []string{"../../component", "../../component"}}, []string{"add", "component", "../../component", "../../component"}},
		"labels":            {v1alpha1.ApplicationSourceKustomize{CommonLabels: map[string]string{"team": "web", "tier": "front"}, LabelWithoutSelector: true}, []string{"add", "label", "--without-selector", "team:web", "tier:front"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, overlay := t.TempDir(), "apps/web/overlays/kind"
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "tests", "fixtures", "base"))); err != nil {
				t.Fatal(err)
			}
			component := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -component\n"
			if err := os.Mkdir(filepath.Join(dir, "apps", "web", "component"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "apps", "web", "component", "kustomization.yaml"), []byte(component), 0o644); err != nil {
				t.Fatal(err)
			}
			a := &argo.Application{Object: &object.Object{Origin: &origin.Origin{}}}
			edit := a.Edit(argo.Source{ApplicationSource: v1alpha1.ApplicationSource{Kustomize: &test.options}})
			objects, _, err := render.Kustomize(open(t, dir), overlay, kustomization.Options{Edit: edit})
			if err != nil {
				t.Fatal(err)
			}
			if out, err := kustomize(t, filepath.Join(dir, overlay), append([]string{"edit"}, test.edit...)...); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			want, err := kustomize(t, dir, "build", overlay)
			if err != nil {
				t.Fatalf("%v: %s", err, want)
			}
			if diff := cmp.Diff(want, stream(t, objects)); diff != "" {
				t.Errorf("-kustomize +ours:\n%s", diff)
			}
		})
	}
}

func images(image string) v1alpha1.ApplicationSourceKustomize {
	return v1alpha1.ApplicationSourceKustomize{Images: v1alpha1.KustomizeImages{v1alpha1.KustomizeImage(image)}}
}
