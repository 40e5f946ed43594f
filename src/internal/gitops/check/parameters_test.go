package check_test

import (
	"fmt"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/schema"
)

// parameters reads a file of the policies' parameters.
func parameters(t *testing.T, name string) map[string]any {
	t.Helper()
	content, err := realTree(t).files.Read(check.Dir + "/parameters/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(content, &document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return document
}

func TestRulesKnowTheVersionThatObjectsAreHeldTo(t *testing.T) {
	t.Parallel()
	version := parameters(t, "clusters.yaml")["kubernetes"]
	if want := fmt.Sprintf("v%v.%v.0", at(version, expand(version, "[0]")[0]), at(version, expand(version, "[1]")[0])); want != schema.KubernetesVersion {
		t.Errorf("policy/parameters/clusters.yaml says %s, objects are held to %s", want, schema.KubernetesVersion)
	}
}

// TestExceptionsAreForWhatIsThere finds exceptions that outlived their workload.
func TestExceptionsAreForWhatIsThere(t *testing.T) {
	t.Parallel()
	r := realTree(t)
	there := map[string]bool{}
	for _, name := range []string{"kind", "airgap", "staging", "production"} {
		r.cluster(t, name).Objects(func(_ *render.Application, o *object.Object) {
			there[o.String()], there[name+" "+o.String()] = true, true
		})
	}
	exceptions, _ := object.Get(parameters(t, "pods.yaml"), "pods", "exceptions").(map[string]any)
	if len(exceptions) == 0 {
		t.Error("no exception was found: the test looks in the wrong place")
	}
	for id, exception := range exceptions {
		if why, _ := object.Get(exception, "why").(string); !there[id] || why == "" {
			t.Errorf("an exception for %s, which is not there or has no reason: %v", id, exception)
		}
	}
	for _, list := range []string{"node_ports", "host_ports"} {
		clusters, _ := object.Get(parameters(t, "network.yaml"), "network", list).(map[string]any)
		for cluster, listed := range clusters {
			ids, _ := listed.(map[string]any)
			for id := range ids {
				if !there[cluster+" "+id] {
					t.Errorf("%s has %s of %s, which is not there", list, id, cluster)
				}
			}
		}
	}
}
