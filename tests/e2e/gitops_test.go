//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
	"github.com/bitpin/exchange/src/lab/traders"
)

const (
	overlayFile = "apps/exchange/overlays/kind/kustomization.yaml"
	base        = "apps/exchange/base/"
)

// gitops: what is committed is what runs.
func gitops() features.Feature {
	return features.New("gitops").
		Assess("a commit of another image and more replicas is rolled out, and no client notices", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			rollout(t)
			return ctx
		}).
		Assess("a commit is there in seconds", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			measure(t)
			return ctx
		}).
		Assess("what is changed or deleted by hand is as before", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			meddle(ctx, t)
			return ctx
		}).
		Assess("an object whose file is removed is removed", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			prune(ctx, t)
			return ctx
		}).
		Assess("a commit that cannot be rendered leaves the version before serving", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			breakTree(ctx, t, base+"service.yaml", "kind: Service", "kind: [", "ComparisonError")
			return ctx
		}).
		Assess("a commit that the cluster refuses leaves the version before serving", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			breakTree(ctx, t, base+"deployment.yaml", "containerPort: 8000", "containerPort: 800000", "800000")
			return ctx
		}).
		Feature()
}

// rollout has the delivery's own tool push another image, under load, and looks at what
// runs.
func rollout(t *testing.T) {
	t.Helper()
	version := fmt.Sprintf("0.0.0-e2e.%d", time.Now().Unix())
	reference, err := site.lab.LoadVersion(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "gitops")
	c := newClone(t)
	c.run(site.lab.Root, "go", "build", "-o", program, "./src/cmd/gitops")
	c.edit(overlayFile, "count: 2", "count: 3")
	l := site.load(t)
	l.AwaitAcks(50)
	began := time.Now()
	c.push("Run three replicas")
	t.Log(c.run(c.dir, program, "set-image", "--root", c.dir, "--overlay", "kind", "--image", reference, "--push", "--remote", "origin"))
	commit := c.pull()
	site.follows(t, commit)
	t.Logf("rolled out in %s", time.Since(began).Round(100*time.Millisecond))
	eventually(t, time.Minute, "all replicas are ready", site.allReady)
	servers, err := site.servers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(servers) != 3 {
		t.Errorf("%d replicas, want 3", len(servers))
	}
	for _, pod := range servers {
		if value, err := site.build(t, pod.Name, version); err != nil || !value {
			t.Errorf("%s is not version %s: %v", pod.Name, version, err)
		}
	}
	l.AwaitAcks(50)
	l.Stop()
	for _, v := range []traders.Verdict{traders.NotExecuted, traders.Unknown} {
		for _, err := range l.Failures(v) {
			t.Errorf("a request failed during the rollout (%s): %v", v, err)
		}
	}
	l.Compare()
}

// build says whether a replica is of a version.
func (p *platform) build(t *testing.T, pod, version string) (bool, error) {
	t.Helper()
	url, client := p.Through("pods", cluster.ExchangeNamespace, pod, "8001")
	content, err := read(t.Context(), client, url+"/metrics")
	return strings.Contains(content, fmt.Sprintf("version=%q", version)), err
}

// measure commits five times.
func measure(t *testing.T) {
	t.Helper()
	c := newClone(t)
	const old = "kind: Service\nmetadata:\n  name: exchange\n"
	c.edit(base+"service.yaml", old, old+"  annotations:\n    round: \"0\"\n")
	var synced, done []time.Duration
	for n := range 5 {
		if n > 0 {
			c.edit(base+"service.yaml", fmt.Sprintf("round: \"%d\"", n-1), fmt.Sprintf("round: \"%d\"", n))
		}
		began := time.Now()
		commit := c.push(fmt.Sprintf("Round %d", n))
		eventually(t, rolledOut, "the exchange is Synced and Healthy", func(ctx context.Context) (string, error) {
			a, err := site.application(ctx)
			if err != nil || a.revision == commit && a.sync == "Synced" && a.health == "Healthy" {
				return "", err
			}
			return fmt.Sprintf("%+v", a), nil
		})
		synced = append(synced, time.Since(began))
		site.follows(t, commit)
		done = append(done, time.Since(began))
		service, err := site.Typed.CoreV1().Services(cluster.ExchangeNamespace).Get(t.Context(), appName, metav1.GetOptions{})
		if err != nil || service.Annotations["round"] != fmt.Sprint(n) {
			t.Fatalf("round %d: the Service has the annotations %v, %v", n, service.Annotations, err)
		}
	}
	slices.Sort(synced)
	slices.Sort(done)
	t.Logf("from commit to Synced and Healthy: p50 %s, max %s; until the hooks of the sync have run, too: p50 %s, max %s",
		synced[2].Round(10*time.Millisecond), synced[4].Round(10*time.Millisecond), done[2].Round(10*time.Millisecond), done[4].Round(10*time.Millisecond))
}

// meddle changes an object by hand and deletes another.
func meddle(ctx context.Context, t *testing.T) {
	t.Helper()
	ingresses := site.Typed.NetworkingV1().Ingresses(cluster.ExchangeNamespace)
	budgets := site.Typed.PolicyV1().PodDisruptionBudgets(cluster.ExchangeNamespace)
	before, err := budgets.Get(ctx, appName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	const patch = `[{"op": "replace", "path": "/spec/rules/0/host", "value": "by-hand.example"}]`
	if _, err := ingresses.Patch(ctx, appName, types.JSONPatchType, []byte(patch), metav1.PatchOptions{FieldManager: "by-hand"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, "the Ingress is as before", func(ctx context.Context) (string, error) {
		now, err := ingresses.Get(ctx, appName, metav1.GetOptions{})
		if err != nil || now.Spec.Rules[0].Host == host {
			return "", err
		}
		return "its host is " + now.Spec.Rules[0].Host, nil
	})
	t.Logf("the Ingress was as before after %s", time.Since(began).Round(10*time.Millisecond))
	if err := budgets.Delete(ctx, appName, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, "the PodDisruptionBudget is there again", func(ctx context.Context) (string, error) {
		now, err := budgets.Get(ctx, appName, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || err == nil && now.UID == before.UID {
			return "it is not", nil
		}
		return "", err
	})
	site.follows(t, site.head(t))
}

// prune removes a file, and brings it back.
func prune(ctx context.Context, t *testing.T) {
	t.Helper()
	const file = "poddisruptionbudget.yaml"
	budgets := site.Typed.PolicyV1().PodDisruptionBudgets(cluster.ExchangeNamespace)
	c := newClone(t)
	c.edit(base+"kustomization.yaml", "  - "+file+"\n", "")
	if err := os.Remove(filepath.Join(c.dir, base, file)); err != nil {
		t.Fatal(err)
	}
	site.follows(t, c.push("Remove the budget"))
	if _, err := budgets.Get(ctx, appName, metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("the PodDisruptionBudget is there: %v", err)
	}
	site.follows(t, c.undo())
	if _, err := budgets.Get(ctx, appName, metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
}

// breakTree commits a mistake, which Argo CD must name, and takes it back.
func breakTree(ctx context.Context, t *testing.T, file, old, broken, complaint string) {
	t.Helper()
	before, err := site.servers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c := newClone(t)
	c.edit(file, old, broken)
	c.push("Break it")
	eventually(t, 2*time.Minute, "Argo CD complains", func(ctx context.Context) (string, error) {
		a, err := site.application(ctx)
		if err != nil || strings.Contains(a.message, complaint) {
			return "", err
		}
		return fmt.Sprintf("%+v", a), nil
	})
	site.undisturbed(ctx, t, before)
	began := time.Now()
	site.follows(t, c.undo())
	t.Logf("%s after it was taken back, all is well", time.Since(began).Round(100*time.Millisecond))
	site.undisturbed(ctx, t, before)
}

// undisturbed asserts that the same replicas serve.
func (p *platform) undisturbed(ctx context.Context, t *testing.T, before []corev1.Pod) {
	t.Helper()
	after, err := p.servers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(after) != len(before) {
		t.Errorf("%d replicas instead of %d", len(after), len(before))
	}
	for i := range after {
		if !ready(&after[i]) || !slices.ContainsFunc(before, func(b corev1.Pod) bool { return b.UID == after[i].UID }) {
			t.Errorf("%s is new, or not ready", after[i].Name)
		}
	}
	if status, body := p.get(t, origin+"/api/v3/ping"); status != http.StatusOK {
		t.Errorf("status %d: %s", status, body)
	}
	p.order(ctx, t)
}
