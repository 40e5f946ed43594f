package schema_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/schema"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

func parse(t *testing.T, text string) *object.Object {
	t.Helper()
	documents, err := source.Parse("a.yaml", []byte(text))
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	var content map[string]any
	if err := documents[0].Into(&content); err != nil {
		t.Fatal(err)
	}
	return object.New(content, origin.FromFile(documents[0]))
}

// The clusters of the lab run the version whose kinds are known here.
func TestKindsAreThoseOfTheKubernetesThatRuns(t *testing.T) {
	t.Parallel()
	image := regexp.MustCompile(`kindest/node:(v[0-9.]+)`)
	for _, cluster := range []string{"kind", "airgap"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "clusters", cluster, "kind.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range image.FindAllSubmatch(text, -1) {
			if version := string(m[1]); version != schema.KubernetesVersion {
				t.Errorf("%s runs Kubernetes %s, the kinds are those of %s: set schema.KubernetesVersion and run make generate", cluster, version, schema.KubernetesVersion)
			}
		}
	}
}

func TestScopeOfKinds(t *testing.T) {
	t.Parallel()
	kinds := schema.New(nil)
	for text, want := range map[string][2]bool{
		"/v1/Pod":              {true, true},
		"/v1/Namespace":        {false, true},
		"/v1/PersistentVolume": {false, true},
		"apps/v1/Deployment":   {true, true},
		"rbac.authorization.k8s.io/v1/ClusterRole":         {false, true},
		"discovery.k8s.io/v1/EndpointSlice":                {true, true},
		"networking.k8s.io/v1/IngressClass":                {false, true},
		"apiextensions.k8s.io/v1/CustomResourceDefinition": {false, true},
		"argoproj.io/v1alpha1/AppProject":                  {true, true},
		"policy/v1beta1/PodDisruptionBudget":               {false, false},
	} {
		m := regexp.MustCompile(`^(.*)/(.*)/(.*)$`).FindStringSubmatch(text)
		namespaced, known := kinds.Namespaced(object.ID{Group: m[1], Version: m[2], Kind: m[3]})
		if known != want[1] || known && namespaced != want[0] {
			t.Errorf("%s: namespaced %t, known %t; want %v", text, namespaced, known, want)
		}
	}
}

func TestObjectsThatAnAPIServerTakes(t *testing.T) {
	t.Parallel()
	kinds := schema.New(nil)
	for name, text := range map[string]string{
		"quantities": "{apiVersion: v1, kind: ResourceQuota, metadata: {name: a}, spec: {hard: {cpu: 1, memory: 1Gi, pods: 0.5}}}",
		"port names": "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 81}]}}",
		"any data":   "{apiVersion: v1, kind: ConfigMap, metadata: {name: a.b}, data: {any.key: text}, binaryData: {k: aGk=}}",
		"role names": "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: 'system:a:b'}, rules: []}",
		"null":       "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, creationTimestamp: null}, spec: {selector: {}, template: {spec: {containers: [{name: a}]}}}}",
		"raw":        "{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: a}, revision: 1, data: {anything: [1]}}",
		"refresh":    "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec: {syncPolicy: {retry: {refresh: true}}}}",
	} {
		if err := kinds.Check(parse(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestObjectsThatAnAPIServerRefuses(t *testing.T) {
	t.Parallel()
	kinds := schema.New(nil)
	for name, test := range map[string]struct{ text, want string }{
		"no kind":      {"{apiVersion: v1, metadata: {name: a}}", "a.yaml:1: an object without apiVersion or kind"},
		"no name":      {"{apiVersion: v1, kind: ConfigMap}", "a.yaml:1: metadata.name: Required value: every object in the tree has a name"},
		"text number":  {"{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: two, selector: {}, template: {spec: {containers: [{name: a}]}}}}", `a.yaml:1: spec.replicas: must be of type integer: "string"`},
		"no selector":  {"{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {containers: [{name: a}]}}}}", "a.yaml:1: spec.selector: is required"},
		"list for map": {"{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: [a]}}", `a.yaml:1: spec.selector: must be of type object: "array"`},
		"number label": {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {version: 1}}}", `a.yaml:1: metadata.labels.version: must be of type string: "integer"`},
		"bad base64":   {"{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {k: '%'}}", `a.yaml:1: data.k: must be of type byte: "%"`},
		"port":         {"{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80, targetPort: 8.5}]}}", "a.yaml:1: spec.ports[0].targetPort: must be a whole number or a text"},
		"enum in list": {"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}, policyTypes: [ingress]}}", "a.yaml:1: spec.policyTypes[0]: should be one of [Egress Ingress]"},
		"refresh":      {"{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec: {syncPolicy: {retry: {refresh: often}}}}", "a.yaml:1: spec.syncPolicy.retry.refresh: a string where bool is expected"},
		"retry":        {"{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec: {syncPolicy: {retry: {refreshed: true}}}}", "a.yaml:1: spec.syncPolicy.retry.refreshed: unknown field"},
		"annotation":   {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {'a b': c}}}", "a.yaml:1: metadata.annotations: \"a b\": name part must consist of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := kinds.Check(parse(t, test.text))
			if err == nil || len(err.Error()) < len(test.want) || err.Error()[:len(test.want)] != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// Clusters may define a kind in different ways.
func TestDefinitionsOfOneNameAreReadForEachContent(t *testing.T) {
	t.Parallel()
	define := func(field string) *object.Object {
		return parse(t, "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: shops.example.com}, spec: {group: example.com, scope: Namespaced, names: {kind: Shop, plural: shops},"+
			" versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {"+field+": {type: string}}}}}]}}")
	}
	shop := parse(t, "{apiVersion: example.com/v1, kind: Shop, metadata: {name: a}, street: b}")
	var definitions schema.Definitions
	for range 2 {
		if err := definitions.Set([]*object.Object{define("street")}).Check(shop); err != nil {
			t.Error(err)
		}
		err := definitions.Set([]*object.Object{define("town")}).Check(shop)
		if want := "a.yaml:1: street: unknown field"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
