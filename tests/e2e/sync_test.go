//go:build e2e

package e2e_test

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

// synced: the cluster is what Git says, and nothing else.
func synced() features.Feature {
	return features.New("sync").
		Assess("every Application is as the last commit says, and healthy", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			commit := site.head(t)
			eventually(t, 5*time.Minute, "all Applications are settled", func(ctx context.Context) (string, error) {
				return site.unsettled(ctx, commit)
			})
			return ctx
		}).
		Assess("Git knows every object of the namespaces that it fills", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			for _, stranger := range site.strangers(ctx, t) {
				t.Errorf("%s is not from Git", stranger)
			}
			return ctx
		}).
		Feature()
}

// head is the commit that Argo CD shall have seen.
func (p *platform) head(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "--git-dir", p.lab.Repository(), "rev-parse", "main").Output()
	if err != nil {
		t.Fatalf("reading the repository that Argo CD reads: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// unsettled names an Application that is not as the commit says.
func (p *platform) unsettled(ctx context.Context, commit string) (string, error) {
	list, err := p.Applications(ctx)
	if err != nil {
		return "", err
	}
	if len(list) < 2 {
		return "there is no Application but the root", nil
	}
	for _, a := range list {
		if a.Revision != commit {
			return a.Name + " has not seen the commit", p.Refresh(ctx, a.Name)
		}
		if !a.Settled() {
			return a.Name + " is " + a.Sync + " and " + a.Health + ": " + a.Message, nil
		}
	}
	return "", nil
}

// strangers lists objects that no Application tracks and that nothing else accounts
// for.
func (p *platform) strangers(ctx context.Context, t *testing.T) []string {
	t.Helper()
	list, err := p.Applications(ctx)
	if err != nil {
		t.Fatal(err)
	}
	known := func(o *unstructured.Unstructured) bool {
		app, _, _ := strings.Cut(o.GetAnnotations()["argocd.argoproj.io/tracking-id"], ":")
		return slices.ContainsFunc(list, func(a cluster.Application) bool { return a.Name == app }) || accounted(o)
	}
	var strangers []string
	seen := 0
	for _, kind := range p.kinds(t) {
		for _, namespace := range p.namespaces {
			if namespace == "kube-system" { // Kubernetes' own, besides
				continue
			}
			objects, err := p.Dynamic.Resource(kind).Namespace(namespace).List(ctx, metav1.ListOptions{})
			if err != nil {
				t.Fatalf("listing %s of %s: %v", kind.Resource, namespace, err)
			}
			for i := range objects.Items {
				seen++
				if o := &objects.Items[i]; !known(o) {
					strangers = append(strangers, namespace+"/"+o.GetKind()+"/"+o.GetName())
				}
			}
		}
	}
	t.Logf("%d objects in %s", seen, strings.Join(p.namespaces, ", "))
	return strangers
}

// accounted says that an object follows from others: it belongs to one, Kubernetes
// makes it in every namespace, or it is Argo CD's installation, which cannot come
// from itself, or what Argo CD and the operators keep there.
func accounted(o *unstructured.Unstructured) bool {
	if len(o.GetOwnerReferences()) > 0 {
		return true
	}
	switch o.GetKind() + "/" + o.GetName() {
	case "ConfigMap/kube-root-ca.crt", "ServiceAccount/default":
		return true
	}
	switch o.GetKind() {
	case "Event", "Lease", "PodMetrics":
		return true
	case "Endpoints": // made from Services, and from EndpointSlices of Git's
		return true
	}
	if o.GetNamespace() != "argocd" {
		return false
	}
	return slices.ContainsFunc(o.GetManagedFields(), func(f metav1.ManagedFieldsEntry) bool {
		return f.Manager == "exchange-bootstrap" || strings.HasPrefix(f.Manager, "argocd")
	})
}

// kinds lists what can be in a namespace and can be listed.
func (p *platform) kinds(t *testing.T) []schema.GroupVersionResource {
	t.Helper()
	lists, err := p.Typed.Discovery().ServerPreferredNamespacedResources()
	if err != nil {
		t.Fatalf("listing the kinds of objects: %v", err)
	}
	var kinds []schema.GroupVersionResource
	for _, list := range discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "create"}}, lists) {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.APIResources {
			kinds = append(kinds, version.WithResource(r.Name))
		}
	}
	return kinds
}
