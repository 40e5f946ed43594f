//go:build e2e

package e2e_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

// pods: what a process that was taken over could do.
func pods() features.Feature {
	return features.New("pods").
		Assess("no process runs as root, may write to its root file system, or has a token that it does not need", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			site.confined(ctx, t)
			return ctx
		}).
		Assess("Secrets have the keys that pods read", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			site.secretsComplete(ctx, t)
			return ctx
		}).
		Feature()
}

// process is the first process of a container, as the node sees it.
type process struct {
	uid      string
	writable bool // its root file system
	token    bool // of the API server
}

// processes asks the node for each container's process: what it is allowed, not what
// a manifest says.
func processes(ctx context.Context) (map[string]process, error) {
	const script = `ctr --namespace k8s.io tasks list | while read -r id pid _; do
		[ -r "/proc/$pid/status" ] || continue
		uid=$(awk '$1 == "Uid:" {print $3}' "/proc/$pid/status")
		root=$(awk '$5 == "/" {print $6}' "/proc/$pid/mountinfo")
		token=no; ! grep -q " /\(var/\)\?run/secrets/kubernetes.io/serviceaccount " "/proc/$pid/mountinfo" || token=yes
		echo "$id ${uid:-?} ${root:-?} $token"
	done`
	out, err := cluster.OnNode(ctx, script)
	if err != nil {
		return nil, fmt.Errorf("looking at the node's processes: %w", err)
	}
	found := map[string]process{}
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) == 4 {
			found[f[0]] = process{uid: f[1], writable: !slices.Contains(strings.Split(f[2], ","), "ro"), token: f[3] == "yes"}
		}
	}
	return found, nil
}

// allowance is what a container may, and why.
type allowance struct {
	root, writable, token bool
	why                   string
}

const (
	asksAPI = "it is a client of the API server"
	nodeNet = "it sets up the node's network"
)

// allowed lists the exceptions by namespace and name of the application.
var allowed = map[string]allowance{
	"argocd/argocd-application-controller":    {token: true, why: asksAPI},
	"argocd/argocd-applicationset-controller": {token: true, why: asksAPI},
	"argocd/argocd-dex-server":                {token: true, why: asksAPI},
	"argocd/argocd-notifications-controller":  {token: true, why: asksAPI},
	"argocd/argocd-redis":                     {token: true, why: "its init container keeps the password in a Secret"},
	"argocd/argocd-server":                    {token: true, why: asksAPI},
	"fluent-bit/fluent-bit":                   {root: true, token: true, why: "it reads the logs of all containers, and asks the API server whose they are"},
	"ingress-nginx/ingress-nginx":             {token: true, writable: true, why: asksAPI + ", and writes nginx's configuration"},
	"ingress-nginx/traefik":                   {token: true, why: asksAPI},
	"kube-system/calico-kube-controllers":     {token: true, why: asksAPI},
	"kube-system/calico-node":                 {root: true, writable: true, token: true, why: nodeNet},
	"monitoring/kube-state-metrics":           {token: true, why: asksAPI},
	"monitoring/prometheus":                   {token: true, why: asksAPI},
	"monitoring/prometheus-operator":          {token: true, why: asksAPI},
}

// confined compares each container of ours with what it may.
func (p *platform) confined(ctx context.Context, t *testing.T) {
	t.Helper()
	found, err := processes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, namespace := range p.namespaces {
		for _, pod := range p.podsOf(ctx, t, namespace) {
			app := cmp.Or(pod.Labels["app.kubernetes.io/name"], pod.Labels["k8s-app"])
			if namespace == "kube-system" && !strings.HasPrefix(app, "calico") {
				continue // Kubernetes' own
			}
			for _, c := range pod.Status.ContainerStatuses {
				if c.State.Running == nil {
					continue
				}
				name := namespace + "/" + app
				_, id, _ := strings.Cut(c.ContainerID, "://")
				is, known := found[id]
				if !known {
					t.Errorf("%s of %s: the node knows no process of it", c.Name, pod.Name)
					continue
				}
				seen++
				is.compare(t, c.Name+" of "+namespace+"/"+pod.Name, allowed[name])
			}
		}
	}
	t.Logf("%d containers", seen)
}

func (is process) compare(t *testing.T, name string, may allowance) {
	t.Helper()
	if is.uid == "0" && !may.root {
		t.Errorf("%s runs as root", name)
	}
	if is.writable && !may.writable {
		t.Errorf("%s may write to its root file system", name)
	}
	if is.token && !may.token {
		t.Errorf("%s has a token of the API server", name)
	}
	if may.why != "" {
		t.Logf("%s: uid %s, writable %v, token %v: %s", name, is.uid, is.writable, is.token, may.why)
	}
}

func (p *platform) podsOf(ctx context.Context, t *testing.T, namespace string) []corev1.Pod {
	t.Helper()
	list, err := p.Typed.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// secretsComplete looks whether each key that a pod reads is there.
func (p *platform) secretsComplete(ctx context.Context, t *testing.T) {
	t.Helper()
	read := 0
	for _, namespace := range p.namespaces {
		for _, pod := range p.podsOf(ctx, t, namespace) {
			for _, r := range secretsOf(&pod) {
				read++
				secret, err := p.Typed.CoreV1().Secrets(namespace).Get(ctx, r.secret, metav1.GetOptions{})
				if err != nil {
					t.Errorf("%s reads the Secret %s: %v", pod.Name, r.secret, err)
					continue
				}
				if len(secret.Data[r.key]) == 0 && r.key != "" {
					t.Errorf("%s reads %s of the Secret %s, which has none", pod.Name, r.key, r.secret)
				}
			}
		}
	}
	if read == 0 {
		t.Error("no pod reads a Secret")
	}
	t.Logf("%d keys", read)
}

// reading is a key of a Secret that a pod needs; all of them if key is empty.
type reading struct{ secret, key string }

func secretsOf(pod *corev1.Pod) []reading {
	var found []reading
	optional := func(o *bool) bool { return o != nil && *o }
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil && !optional(e.ValueFrom.SecretKeyRef.Optional) {
				found = append(found, reading{e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Key})
			}
		}
		for _, e := range c.EnvFrom {
			if e.SecretRef != nil && !optional(e.SecretRef.Optional) {
				found = append(found, reading{e.SecretRef.Name, ""})
			}
		}
	}
	for _, v := range pod.Spec.Volumes {
		if v.Secret == nil || optional(v.Secret.Optional) {
			continue
		}
		if len(v.Secret.Items) == 0 {
			found = append(found, reading{v.Secret.SecretName, ""})
		}
		for _, item := range v.Secret.Items {
			found = append(found, reading{v.Secret.SecretName, item.Key})
		}
	}
	return found
}
