package check_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/internal/gitops/render"
)

// most is how many places of one operator are tried: of a hundred variables, the first few
// say as much as all.
const most = 3

const (
	pod       = "spec.template.spec"
	container = pod + ".containers[*]"
)

// secret is an object that the overlays outside the lab must not have.
func secretBeside(old any) any {
	return []any{old, map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata":   map[string]any{"name": "extra", "namespace": "exchange"},
		"stringData": map[string]any{"PASSWORD": "hunter2"},
	}}
}

func twice(old any) any { return []any{old, old} }

func has(keys ...string) func(map[string]any) bool {
	return func(content map[string]any) bool {
		return at(content, expand(content, strings.Join(keys, "."))[0]) != nil
	}
}

// operators break the repository's own tree, for each rule in at least one way.
var operators = []operator{
	{"wiring.service_selector", "kind", "Service/*/*", "spec.selector.*", nil, renamed},
	{"wiring.service_port", "staging", "Service/*/*", "spec.ports[*].targetPort", has("spec", "selector"), set("nosuch")},
	{"wiring.ingress_backend", "production", "Ingress.*/*/*", "spec.rules[*].http.paths[*].backend.service.port.name", nil, set("nosuch")},
	{"wiring.monitor_target", "production", "ServiceMonitor.*/*/*", "spec.endpoints[*].port", nil, set("nosuch")},
	{"wiring.monitor_target", "kind", "ServiceMonitor.*/*/*", "spec.selector.matchLabels.*", nil, renamed},
	{"wiring.monitor_path", "airgap", "ServiceMonitor.*/*/*", "spec.endpoints[*].path", nil, set("/metrix")},
	{"wiring.monitor_label", "airgap", "ServiceMonitor.*/*/*", "metadata.labels.release", nil, renamed},
	{"wiring.monitor_label", "staging", "PrometheusRule.*/*/*", "metadata.labels", nil, gone},
	{"wiring.scrape_allowed", "production", "NetworkPolicy.*/exchange/exchange-server", "spec.ingress[1]", nil, gone},
	{"wiring.scrape_allowed", "production", "NetworkPolicy.*/monitoring/kube-state-metrics", "spec.ingress", nil, gone},
	{"wiring.scrape_allowed", "staging", "NetworkPolicy.*/monitoring/prometheus-*", "spec.egress[*]", nil, gone},
	{"wiring.ingress_allowed", "production", "NetworkPolicy.*/exchange/exchange-server", "spec.ingress[0]", nil, gone},
	{"wiring.ingress_allowed", "kind", "NetworkPolicy.*/ingress-nginx/ingress-nginx-controller", "spec.egress[2]", nil, gone},
	{"wiring.policy_subject", "kind", "NetworkPolicy.*/exchange/exchange-peers", "spec.podSelector.matchLabels.*", nil, renamed},
	{"wiring.policy_peer", "staging", "NetworkPolicy.*/exchange/exchange-peers", "spec.ingress[*].from[*].podSelector.matchLabels.*", nil, renamed},
	{"wiring.policy_peer", "staging", "NetworkPolicy.*/monitoring/alertmanager-peers", "spec.egress[*].to[*].podSelector.matchLabels.*", nil, renamed},
	{"wiring.policy_port", "staging", "NetworkPolicy.*/exchange/exchange-peers", "spec.ingress[*].ports[*].port", nil, set(8009)},
	{"wiring.policy_port", "staging", "NetworkPolicy.*/monitoring/alertmanager-peers", "spec.egress[*].ports[*].port", nil, set(9095)},
	{"wiring.database_allowed", "production", "NetworkPolicy.*/exchange/exchange-postgres", "spec.egress[*].to[*].ipBlock.cidr", nil, set("203.0.113.9/32")},
	{"wiring.database_allowed", "kind", "NetworkPolicy.*/exchange/exchange-postgres", "spec.egress[*].ports[*].port", nil, set(5433)},
	{"wiring.probe_port", "production", "Deployment.*/*/*", container + ".readinessProbe.httpGet.port", nil, set("nosuch")},
	{"wiring.autoscaler_target", "staging", "HorizontalPodAutoscaler.*/*/*", "spec.scaleTargetRef.name", nil, renamed},
	{"wiring.autoscaler_target", "staging", "APIService.*/*", "", nil, gone},
	{"wiring.autoscaler_replicas", "production", "Deployment.*/exchange/exchange", "spec.replicas", nil, set(3)},
	{"wiring.budget_selector", "staging", "PodDisruptionBudget.*/*/*", "spec.selector.matchLabels.*", nil, renamed},
	{"wiring.spread_selector", "production", "Deployment.*/*/*", pod + ".topologySpreadConstraints[*].labelSelector.matchLabels.*", nil, renamed},
	{"wiring.workload_selector", "production", "Deployment.*/*/*", "spec.selector.matchLabels.*", nil, renamed},
	{"wiring.exchange_variable", "production", "ConfigMap/exchange/exchange-*", "data.*", nil, gone},
	{"wiring.exchange_variable", "kind", "ConfigMap/exchange/exchange-*", "data", nil, with("LOG_LEVLE", "info")},
	{"wiring.reference_key", "production", "Deployment.*/*/*", container + ".env[*].valueFrom.secretKeyRef.key", nil, renamed},
	{"wiring.reference_key", "production", "AlertmanagerConfig.*/*/*", "spec.receivers[*].webhookConfigs[*].urlSecret.key", nil, renamed},
	{"wiring.endpointslice_service", "production", "EndpointSlice.*/*/*", "ports[*].name", nil, renamed},
	{"wiring.metric_exists", "production", "PrometheusRule.*/monitoring/exchange-writer", "spec.groups[*].rules[*].expr", nil, set("exchange_nosuch_total > 0")},
	{"wiring.webhook_port", "kind", "ValidatingWebhookConfiguration.*/*", "webhooks[*].clientConfig.service.port", nil, set(9443)},
	{"wiring.webhook_port", "production", "APIService.*/*", "spec.service.port", nil, set(9443)},
	{"wiring.role_exists", "production", "*RoleBinding.*/*", "roleRef.name", nil, renamed},

	{"pods.privilege", "production", "Deployment.*/exchange/*", container + ".securityContext.allowPrivilegeEscalation", nil, gone},
	{"pods.privilege", "production", "Job.*/*/*", container + ".securityContext.capabilities.drop", nil, gone},
	{"pods.privilege", "kind", "Deployment.*/monitoring/*", container + ".securityContext.privileged", nil, set(true)},
	{"pods.run_as_non_root", "production", "Deployment.*/exchange/*", pod + ".securityContext.runAsNonRoot", nil, gone},
	{"pods.run_as_non_root", "kind", "Deployment.*/monitoring/*", pod + ".securityContext.runAsUser", nil, set(0)},
	{"pods.seccomp", "production", "Deployment.*/*/*", pod + ".securityContext.seccompProfile", nil, gone},
	{"pods.host_access", "production", "Deployment.*/*/*", pod + ".hostPID", nil, set(true)},
	{"pods.host_access", "airgap", "Deployment.*/*/*", pod + ".volumes", nil, with("", map[string]any{"name": "x", "hostPath": map[string]any{"path": "/etc"}})},
	{"pods.volume_type", "production", "Deployment.*/*/*", pod + ".volumes", has("spec", "template", "spec", "volumes"), with("", map[string]any{"name": "x", "nfs": map[string]any{"server": "x", "path": "/"}})},
	{"pods.resources", "production", "Deployment.*/*/*", container + ".resources.limits.memory", nil, gone},
	{"pods.probes", "production", "Deployment.*/*/*", container + ".readinessProbe", nil, gone},
	{"pods.probes", "kind", "DaemonSet.*/*/*", container + ".livenessProbe", nil, gone},
	{"pods.image_tag", "staging", "Deployment.*/exchange/*", container + ".image", nil, set("docker.io/bitpin/exchange:latest")},
	{"pods.image_digest", "production", "Deployment.*/exchange/*", container + ".image", nil, set("docker.io/bitpin/exchange:1.0.0")},
	{"pods.image_registry", "staging", "Deployment.*/*/*", container + ".image", nil, set("docker.io/bitpim/exchange:1.0.0")},
	{"pods.read_only_root", "production", "Deployment.*/exchange/*", container + ".securityContext.readOnlyRootFilesystem", nil, gone},
	{"pods.service_account_token", "production", "Deployment.*/exchange/*", pod + ".automountServiceAccountToken", nil, gone},
	{"pods.replicas", "production", "Deployment.*/ingress-nginx/*", "spec.replicas", nil, set(1)},
	{"pods.replicas", "production", "HorizontalPodAutoscaler.*/*/*", "spec.minReplicas", nil, set(1)},
	{"pods.disruption_budget", "production", "PodDisruptionBudget.*/exchange/*", "", nil, gone},
	{"pods.spread", "production", "Deployment.*/exchange/*", pod + ".topologySpreadConstraints", nil, gone},

	{"secrets.string_data", "kind", "Secret/*/*", "data", nil, set(map[string]any{"x": "aGVsbG8="})},
	{"secrets.value_in_git", "staging", "Namespace/exchange", "", nil, secretBeside},
	{"secrets.lab_credential", "staging", "ConfigMap/exchange/exchange-*", "data.LOG_LEVEL", nil, set("admin123")},
	{"secrets.key_material", "staging", "ConfigMap/exchange/exchange-*", "data.LOG_LEVEL", nil, set("ghp_" + strings.Repeat("a1B2", 9))},
	{"secrets.key_material", "kind", "Deployment.*/exchange/*", container + ".args", nil, with("", "-----BEGIN PRIVATE KEY-----")},

	{"network.default_deny", "production", "NetworkPolicy.*/*/default-deny", "", nil, gone},
	{"network.default_deny", "kind", "NetworkPolicy.*/*/default-deny", "spec.policyTypes[0]", nil, gone},
	{"network.ingress_tls", "staging", "Ingress.*/*/*", "spec.tls", nil, gone},
	{"network.ingress_snippet", "production", "Ingress.*/*/*", "metadata.annotations", nil, with("nginx.ingress.kubernetes.io/server-snippet", "return 200;")},
	{"network.ingress_metrics", "kind", "Ingress.*/*/*", "spec.rules[*].http.paths[*].path", nil, set("/metrics")},
	{"network.node_port", "staging", "Service/*/*", "spec.type", has("spec", "selector"), set("NodePort")},
	{"network.host_port", "production", "Deployment.*/exchange/*", container + ".ports[*].hostPort", nil, set(8000)},

	{"argo.project_source", "production", "Application.*/argocd/exchange", "spec.source", nil, set(map[string]any{"repoURL": "https://git.example/other.git", "targetRevision": "v1.0.0", "path": "x"})},
	{"argo.project_destination", "production", "Application.*/argocd/exchange", "spec.destination.namespace", nil, set("kube-system")},
	{"argo.project_destination", "staging", "AppProject.*/argocd/clusters", "spec.destinations[*].namespace", nil, renamed},
	{"argo.project_kind", "production", "AppProject.*/argocd/apps", "spec.namespaceResourceWhitelist[0].kind", nil, renamed},
	{"argo.wildcard", "kind", "AppProject.*/argocd/apps", "spec.sourceRepos", nil, with("", "*")},
	{"argo.default_project", "kind", "AppProject.*/argocd/default", "spec.sourceRepos", nil, with("", "https://git.example/other.git")},
	{"argo.revision", "production", "Application.*/*/[a-q]*", "spec.source.targetRevision", nil, set("next")},
	{"argo.sync_policy", "production", "Application.*/*/*", "spec.syncPolicy.automated.prune", nil, gone},
	{"argo.sync_policy", "staging", "Application.*/*/*", "spec.syncPolicy.automated.selfHeal", nil, set(false)},
	{"argo.sync_option", "production", "Application.*/*/*", "spec.syncPolicy.syncOptions[0]", nil, gone},
	{"argo.job", "production", "Job.*/*/*", "metadata.annotations.argocd~argoproj~io/hook-delete-policy", nil, gone},
	{"argo.job", "kind", "Job.*/*/*", "spec.ttlSecondsAfterFinished", nil, set(0)},
	{"argo.wave", "production", "Application.*/*/exchange", "metadata.annotations", nil, gone},
	{"argo.wave", "airgap", "Application.*/*/root", "metadata.annotations.argocd~argoproj~io/sync-wave", nil, set("10")},

	{"cluster.removed_api", "production", "PodDisruptionBudget.*/*/*", "apiVersion", nil, set("policy/v1beta1")},
	{"cluster.rights", "production", "ClusterRoleBinding.*/*", "roleRef.name", nil, set("cluster-admin")},
	{"cluster.rights", "production", "ClusterRole.*/*", "rules[0].verbs[0]", nil, set("*")},
	{"cluster.pod_security", "production", "Namespace/*", "metadata.labels.pod-security~kubernetes~io/warn", nil, gone},
	{"cluster.pod_security", "staging", "Namespace/exchange", "metadata.labels.pod-security~kubernetes~io/enforce", nil, set("baseline")},
	{"cluster.one_owner", "kind", "Service/*/*", "", nil, twice},
}

// TestEveryRuleFindsWhatItIsFor breaks the repository's own tree in many ways, one at a
// time. Each is clean before, and found by exactly the rule that is for it.
func TestEveryRuleFindsWhatItIsFor(t *testing.T) {
	t.Parallel()
	r := realTree(t)
	clean := map[string]map[string]bool{}
	for _, name := range []string{"kind", "airgap", "staging", "production"} {
		clean[name] = identities(t, r, r.cluster(t, name))
	}
	covered := map[string]int{}
	total, exactly := 0, 0
	for _, o := range operators {
		mutants := o.mutants(t, r.cluster(t, o.cluster))
		if len(mutants) == 0 {
			t.Errorf("%s: nothing in %s fits %s %s", o.rule, o.cluster, o.object, o.field)
			continue
		}
		group, _ := errgroup.WithContext(t.Context())
		group.SetLimit(2)
		found := make([][]string, min(len(mutants), most))
		for i := range found {
			group.Go(func() (err error) {
				found[i], err = newRules(t.Context(), r, mutants[i].cluster, clean[o.cluster])
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		for i, rules := range found {
			total++
			if slices.Equal(rules, []string{o.rule}) {
				covered[o.rule]++
				exactly++
				continue
			}
			t.Errorf("%s %s: %s is found by %v", o.cluster, mutants[i].name, o.rule, rules)
		}
	}
	for _, rule := range r.policies.Rules() {
		if covered[rule.ID] == 0 {
			t.Errorf("no mutation is found by %s: it would not be missed", rule.ID)
		}
	}
	t.Logf("%d of %d mutations are found by exactly the rule that is for them (%.1f%%), over %d rules", exactly, total, 100*float64(exactly)/float64(total), len(covered))
	if total < 60 {
		t.Errorf("%d mutations are fewer than 60", total)
	}
}

// identities are the findings of a cluster as it is.
func identities(t *testing.T, r *rendered, c *render.Cluster) map[string]bool {
	t.Helper()
	results, err := r.policies.Evaluate(t.Context(), []*render.Cluster{c}, 1)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, result := range results {
		known[result.Identity] = true
	}
	return known
}

// newRules are the rules that find something in a cluster that is not known.
func newRules(ctx context.Context, r *rendered, c *render.Cluster, known map[string]bool) ([]string, error) {
	results, err := r.policies.Evaluate(ctx, []*render.Cluster{c}, 1)
	if err != nil {
		return nil, fmt.Errorf("evaluating a mutant: %w", err)
	}
	rules := map[string]bool{}
	for _, result := range results {
		if !known[result.Identity] {
			rules[result.Rule] = true
		}
	}
	return slices.Sorted(maps.Keys(rules)), nil
}
