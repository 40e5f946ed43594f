// Package manifests_test holds manifests to what stands elsewhere: to the program that
// they configure, and to each other where two of them must say the same.
package manifests_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

const root = "../.."

// build renders a path of the tree.
func build(t *testing.T, path string) []*yaml.RNode {
	t.Helper()
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(root, path))
	if err != nil {
		t.Fatalf("rendering %s: %v", path, err)
	}
	nodes := make([]*yaml.RNode, 0, rendered.Size())
	for _, r := range rendered.Resources() {
		node := r.RNode
		nodes = append(nodes, &node)
	}
	return nodes
}

// find returns the object of a kind whose name is, or begins with, a name.
func find(t *testing.T, objects []*yaml.RNode, kind, name string) *yaml.RNode {
	t.Helper()
	for _, o := range objects {
		if o.GetKind() == kind && (o.GetName() == name || strings.HasPrefix(o.GetName(), name+"-")) {
			return o
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return nil
}

// text returns the scalar at a path, or "".
func text(o *yaml.RNode, path ...string) string {
	value, err := o.Pipe(yaml.Lookup(path...))
	if err != nil || value == nil {
		return ""
	}
	return value.YNode().Value
}

// overlays of the exchange, by the cluster whose addresses they have.
var overlays = []string{"kind", "staging", "production"}

// variable is one line of `exchange config --format json`.
type variable struct {
	Name     string
	Secret   bool
	Commands []string
}

func variables(t *testing.T) []variable {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./src/cmd/exchange", "config", "--format", "json")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing the exchange's variables: %v", err)
	}
	var list []variable
	if err := json.Unmarshal(out, &list); err != nil || len(list) == 0 {
		t.Fatalf("%d variables, error %v", len(list), err)
	}
	return list
}

func TestTheConfigMapHasEveryVariableThatIsNoSecretAndNoOther(t *testing.T) {
	t.Parallel()
	var want []string
	for _, v := range variables(t) {
		// The pod's own address: the Deployment has it.
		if !v.Secret && v.Name != "ADVERTISE_ADDRESS" {
			want = append(want, v.Name)
		}
	}
	slices.Sort(want)
	for _, overlay := range overlays {
		data := find(t, build(t, "apps/exchange/overlays/"+overlay), "ConfigMap", "exchange").GetDataMap()
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(data))); diff != "" {
			t.Errorf("%s (-exchange config +ConfigMap):\n%s", overlay, diff)
		}
	}
}

func TestEachContainerGetsTheSecretsThatItsCommandReads(t *testing.T) {
	t.Parallel()
	list := variables(t)
	for _, overlay := range overlays {
		objects := build(t, "apps/exchange/overlays/"+overlay)
		for _, c := range []struct{ kind, name, command string }{
			{"Deployment", "exchange", "serve"}, {"Job", "exchange-migrate", "migrate"}, {"Job", "exchange-seed", "seed"},
		} {
			containers, err := find(t, objects, c.kind, c.name).Pipe(yaml.Lookup("spec", "template", "spec", "containers", "0"))
			if err != nil {
				t.Fatal(err)
			}
			if got := text(containers, "args", "0"); got != c.command {
				t.Errorf("%s: %s %s runs %q", overlay, c.kind, c.name, got)
			}
			var want []string
			for _, v := range list {
				if v.Secret && slices.Contains(v.Commands, c.command) {
					want = append(want, v.Name)
				}
			}
			var got []string
			env, err := containers.Pipe(yaml.Lookup("env"))
			if err != nil {
				t.Fatal(err)
			}
			entries, err := env.Elements()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if key := text(e, "valueFrom", "secretKeyRef", "key"); key != "" {
					got = append(got, key)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s %s (-exchange config +env):\n%s", overlay, c.kind, c.name, diff)
			}
		}
	}
}

func TestPostgresHasOneAddressInEachCluster(t *testing.T) {
	t.Parallel()
	for _, overlay := range overlays {
		address := text(find(t, build(t, "platform/postgres/overlays/"+overlay), "EndpointSlice", "postgres"), "endpoints", "0", "addresses", "0")
		for _, c := range []struct{ path, name string }{
			{"apps/exchange/overlays/" + overlay, "exchange-postgres"},
			{"platform/kube-prometheus-stack/overlays/" + overlay, "prometheus-postgres-exporter"},
		} {
			policy := find(t, build(t, c.path), "NetworkPolicy", c.name)
			if got := text(policy, "spec", "egress", "0", "to", "0", "ipBlock", "cidr"); got != address+"/32" {
				t.Errorf("%s: the NetworkPolicy %s leads to %s, but PostgreSQL's EndpointSlice to %s", overlay, c.name, got, address)
			}
		}
	}
}

// read decodes the first document of a file that has a kind.
func read(t *testing.T, file, kind string) *yaml.RNode {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(string(content), "\n---\n") {
		node, err := yaml.Parse(document)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if node.GetKind() == kind {
			return node
		}
	}
	t.Fatalf("%s has no %s", file, kind)
	return nil
}

func TestPodsHaveOneNetworkWhereverItIsNamed(t *testing.T) {
	t.Parallel()
	node := find(t, build(t, "platform/calico/base"), "DaemonSet", "calico-node")
	pool := ""
	env, err := node.Pipe(yaml.Lookup("spec", "template", "spec", "containers", "0", "env"))
	if err != nil {
		t.Fatal(err)
	}
	if entry, err := env.Pipe(yaml.MatchElement("name", "CALICO_IPV4POOL_CIDR")); err == nil {
		pool = text(entry, "value")
	}
	named := map[string]string{}
	for _, c := range []string{"kind", "airgap"} {
		named["clusters/"+c+"/kind.yaml"] = text(read(t, "clusters/"+c+"/kind.yaml", "Cluster"), "networking", "podSubnet")
	}
	for _, c := range []string{"staging", "production"} {
		named["clusters/"+c+"/kubeadm.yaml"] = text(read(t, "clusters/"+c+"/kubeadm.yaml", "ClusterConfiguration"), "networking", "podSubnet")
	}
	for _, c := range overlays {
		// The ingress controller's pods say whom they speak for.
		named["TRUSTED_PROXIES of "+c] = find(t, build(t, "apps/exchange/overlays/"+c), "ConfigMap", "exchange").GetDataMap()["TRUSTED_PROXIES"]
	}
	for where, got := range named {
		if got != pool || pool == "" {
			t.Errorf("%s says %q, Calico %q", where, got, pool)
		}
	}
}

func TestAuditPoliciesAreWhatTheAPIServerReads(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"staging", "production"} {
		content, err := os.ReadFile(filepath.Join(root, "clusters", c, "audit-policy.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var policy auditv1.Policy
		if err := sigsyaml.UnmarshalStrict(content, &policy); err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		for i, rule := range policy.Rules {
			for _, r := range rule.Resources {
				if slices.Contains(r.Resources, "secrets") && rule.Level != auditv1.LevelMetadata {
					t.Errorf("%s: rule %d writes secrets into the log", c, i)
				}
			}
		}
		if last := policy.Rules[len(policy.Rules)-1]; last.Level != auditv1.LevelMetadata || len(last.Resources) > 0 {
			t.Errorf("%s: the last rule leaves something out: %+v", c, last)
		}
	}
}

// A cluster lacks a file only where it lacks the part.
func TestClustersHaveTheSameFiles(t *testing.T) {
	t.Parallel()
	lacking := map[string][]string{
		"kind":       {"external-secrets", "metrics-server"},
		"airgap":     {"calico", "external-secrets", "logging", "metrics-server"},
		"staging":    nil,
		"production": nil,
	}
	files := func(cluster string) []string {
		found, err := filepath.Glob(filepath.Join(root, "clusters", cluster, "application", "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range found {
			found[i] = strings.TrimSuffix(filepath.Base(f), ".yaml")
		}
		return found
	}
	all := files("production")
	if len(all) < 5 {
		t.Fatalf("production has only %v", all)
	}
	for cluster, without := range lacking {
		want := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(without, name) })
		if diff := cmp.Diff(want, files(cluster)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", cluster, diff)
		}
		for _, name := range []string{"root.yaml", "kustomization.yaml"} {
			if _, err := os.Stat(filepath.Join(root, "clusters", cluster, name)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestWavesOfApplicationsAreTheSameInEachCluster(t *testing.T) {
	t.Parallel()
	waves := map[string]string{}
	for _, cluster := range []string{"kind", "airgap", "staging", "production"} {
		for _, o := range build(t, "clusters/"+cluster) {
			name, wave := o.GetName(), o.GetAnnotations()["argocd.argoproj.io/sync-wave"]
			if other, seen := waves[name]; seen && other != wave {
				t.Errorf("%s is of wave %s in %s and of %s elsewhere", name, wave, cluster, other)
			}
			waves[name] = wave
		}
	}
	if len(waves) < 5 {
		t.Errorf("only %v were found", fmt.Sprint(waves))
	}
}
