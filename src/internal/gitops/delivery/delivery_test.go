package delivery_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

const (
	name       = "docker.io/bitpin/exchange"
	staging    = "apps/exchange/overlays/staging/kustomization.yaml"
	production = "apps/exchange/overlays/production/kustomization.yaml"
	heldFile   = "apps/exchange/overlays/production/hold.yaml"
)

var (
	inStaging    = image.Overlay{App: "exchange", Name: "staging"}
	inProduction = image.Overlay{App: "exchange", Name: "production"}
	now          = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
)

// at is the image with a tag, whose digest repeats a digit.
func at(tag, digit string) image.Reference {
	return image.Reference{Name: name, Tag: tag, Digest: "sha256:" + strings.Repeat(digit, 64)}
}

// fixture is a tree of two clusters that run an app.
func fixture() map[string]string {
	files := map[string]string{
		"apps/exchange/base/kustomization.yaml": "resources:\n  - namespace.yaml\n  - deployment.yaml\n",
		"apps/exchange/base/namespace.yaml":     "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: exchange\n",
		"apps/exchange/base/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: exchange
  namespace: exchange
spec:
  selector:
    matchLabels: {app: exchange}
  template:
    metadata:
      labels: {app: exchange}
    spec:
      containers:
        - name: exchange
          image: exchange
`,
	}
	for _, cluster := range []string{"staging", "production"} {
		files["apps/exchange/overlays/"+cluster+"/kustomization.yaml"] = "resources:\n  - ../../base\nimages:\n  - name: exchange\n    newName: " + name + "\n    newTag: 0.0.0\n    digest: " + image.None + "\n"
		root := "clusters/" + cluster
		files[root+"/kustomization.yaml"] = "resources:\n  - namespace.yaml\n  - root.yaml\n  - exchange.yaml\n"
		files[root+"/namespace.yaml"] = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: argocd\n"
		files[root+"/root.yaml"] = application("root", root, "argocd")
		files[root+"/exchange.yaml"] = application("exchange", "apps/exchange/overlays/"+cluster, "exchange")
	}
	return files
}

func application(name, path, namespace string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: " + name + "\n  namespace: argocd\nspec:\n  project: apps\n" +
		"  source:\n    repoURL: https://git.example.com/exchange.git\n    targetRevision: main\n    path: " + path +
		"\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: " + namespace + "\n"
}

// valid refuses trees that do not render.
func valid(ctx context.Context, _, after *tree.Tree) ([]report.Finding, error) {
	whole, err := validate.Tree(ctx, source.NewReader(after), render.Options{Jobs: 2})
	if err != nil {
		return nil, err
	}
	return whole.Findings, nil
}

// place is a clone, and the repository that it pushes to.
type place struct {
	*writeback.Repository
	remote string
	check  delivery.Check
}

func newPlace(t *testing.T) *place {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Delivery")
		t.Setenv("GIT_"+who+"_EMAIL", "delivery@example.com")
	}
	p := &place{remote: filepath.Join(t.TempDir(), "exchange.git"), check: valid}
	git(t, t.TempDir(), "init", "--quiet", "--bare", "--initial-branch=main", p.remote)
	clone := t.TempDir()
	git(t, clone, "clone", "--quiet", p.remote, ".")
	git(t, clone, "switch", "--quiet", "--create", "main")
	for file, text := range fixture() {
		write(t, clone, file, text)
	}
	git(t, clone, "add", "--all")
	git(t, clone, "commit", "--quiet", "--message", "Begin")
	git(t, clone, "push", "--quiet", "origin", "main")
	var err error
	if p.Repository, err = writeback.Open(t.Context(), clone); err != nil {
		t.Fatal(err)
	}
	return p
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// push pushes a plan, as the command does.
func (p *place) push(t *testing.T, o image.Overlay, plan writeback.Plan) (writeback.Result, error) {
	t.Helper()
	gate := delivery.Gate{Repository: p.Repository, Overlay: o, Check: p.check}
	return p.Push(t.Context(), writeback.Options{Remote: "origin", Branch: "main", Verify: gate.Commit}, plan)
}

// must pushes a plan that changes something.
func (p *place) must(t *testing.T, o image.Overlay, plan writeback.Plan) {
	t.Helper()
	if result, err := p.push(t, o, plan); err != nil || result.Commit == "" {
		t.Fatalf("%+v, %v", result, err)
	}
}

func (p *place) set(o image.Overlay, to image.Reference) writeback.Plan {
	return delivery.SetImage{Overlay: o, Image: to}.Plan(p.Repository)
}

func (p *place) rollback() writeback.Plan {
	return delivery.Rollback{Overlay: inProduction, Now: now}.Plan(p.Repository)
}

// runs is what an overlay of the remote branch runs.
func (p *place) runs(t *testing.T, o image.Overlay) image.Reference {
	t.Helper()
	r, err := image.Get(o.File(), []byte(git(t, p.remote, "show", "main:"+o.File())), o.App)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// unchanged fails if the remote branch moved during do.
func (p *place) unchanged(t *testing.T, do func()) {
	t.Helper()
	before := git(t, p.remote, "rev-parse", "main")
	do()
	if now := git(t, p.remote, "rev-parse", "main"); now != before {
		t.Errorf("something was pushed:\n%s", git(t, p.remote, "show", "main"))
	}
	if status := git(t, p.Dir, "status", "--porcelain"); status != "" {
		t.Errorf("the work tree was changed:\n%s", status)
	}
}
