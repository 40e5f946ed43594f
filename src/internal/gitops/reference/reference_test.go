package reference_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/origin"
	"github.com/bitpin/exchange/src/internal/gitops/reference"
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

// written is a target as KIND NAMESPACE/NAME, where NAMESPACE may be nothing.
func written(t reference.Target) string {
	return fmt.Sprintf("%s %s/%s", t.Kind, t.Namespace, t.Name)
}

// named are an object's references, one a line: PATH TARGET, and a "?" where the target
// may be missing.
func named(t *testing.T, text string) string {
	t.Helper()
	var lines []string
	for _, r := range reference.Of(parse(t, text)) {
		line := r.Field.String() + " " + written(r.Target)
		if r.Optional {
			line += "?"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func check(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimSpace(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAPodNamesItsAccountVolumesEnvironmentAndRegistries(t *testing.T) {
	t.Parallel()
	check(t, `
spec.template.spec.serviceAccountName ServiceAccount shop/web
spec.template.spec.imagePullSecrets[0].name Secret shop/registry
spec.template.spec.volumes[0].configMap.name ConfigMap shop/settings
spec.template.spec.volumes[1].secret.secretName Secret shop/tls?
spec.template.spec.volumes[3].projected.sources[1].configMap.name ConfigMap shop/roots
spec.template.spec.volumes[3].projected.sources[2].secret.name Secret shop/keys?
spec.template.spec.containers[0].envFrom[0].configMapRef.name ConfigMap shop/env
spec.template.spec.containers[0].envFrom[1].secretRef.name Secret shop/passwords?
spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.name Secret shop/database
spec.template.spec.containers[0].env[2].valueFrom.configMapKeyRef.name ConfigMap shop/levels?
spec.template.spec.initContainers[0].envFrom[0].secretRef.name Secret shop/migrations
`, named(t, `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      serviceAccountName: web
      imagePullSecrets: [{name: registry}]
      volumes:
        - {name: a, configMap: {name: settings}}
        - {name: b, secret: {secretName: tls, optional: true}}
        - {name: c, emptyDir: {}}
        - name: d
          projected:
            sources:
              - serviceAccountToken: {path: token}
              - configMap: {name: roots, optional: false}
              - secret: {name: keys, optional: true}
      containers:
        - name: web
          envFrom:
            - configMapRef: {name: env}
            - secretRef: {name: passwords, optional: true}
          env:
            - {name: PLAIN, value: secret}
            - {name: PASSWORD, valueFrom: {secretKeyRef: {name: database, key: password}}}
            - {name: LEVEL, valueFrom: {configMapKeyRef: {name: levels, key: level, optional: true}}}
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      initContainers:
        - name: migrate
          envFrom: [{secretRef: {name: migrations}}]
`))
}

func TestEveryKindOfWorkloadHasItsPodWhereItHasIt(t *testing.T) {
	t.Parallel()
	for kind, path := range map[string]string{
		"v1 Pod":                   "spec",
		"v1 ReplicationController": "spec.template.spec",
		"apps/v1 DaemonSet":        "spec.template.spec",
		"apps/v1 ReplicaSet":       "spec.template.spec",
		"apps/v1 StatefulSet":      "spec.template.spec",
		"batch/v1 Job":             "spec.template.spec",
		"batch/v1 CronJob":         "spec.jobTemplate.spec.template.spec",
	} {
		apiVersion, kind, _ := strings.Cut(kind, " ")
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: a, namespace: b}\n", apiVersion, kind)
		keys := strings.Split(path, ".")
		text += strings.Join(keys, ": {") + ": {serviceAccountName: c}" + strings.Repeat("}", len(keys)-1)
		if got, want := named(t, text), path+".serviceAccountName ServiceAccount b/c"; got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestObjectsNameOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"an Ingress": {`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  defaultBackend: {service: {name: missing-page}}
  tls: [{secretName: tls}, {hosts: [b.example.com]}]
  rules:
    - host: a.example.com
    - http: {paths: [{path: /, backend: {service: {name: web}}}, {path: /x, backend: {resource: {kind: Bucket}}}]}
`, `
spec.defaultBackend.service.name Service shop/missing-page
spec.rules[1].http.paths[0].backend.service.name Service shop/web
spec.tls[0].secretName Secret shop/tls
`},
		"a StatefulSet": {`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {serviceName: db-members}
`, `spec.serviceName Service shop/db-members`},
		"an EndpointSlice": {`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
`, `metadata.labels["kubernetes.io/service-name"] Service shop/db`},
		"a ServiceAccount": {`
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
imagePullSecrets: [{name: registry}]
secrets: [{name: token}]
`, `
imagePullSecrets[0].name Secret shop/registry
secrets[0].name Secret shop/token
`},
		"a binding, of accounts of any namespace but of no users": {`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: shop}
subjects:
  - {kind: User, name: somebody}
  - {kind: ServiceAccount, name: prometheus, namespace: monitoring}
`, `subjects[1].name ServiceAccount monitoring/prometheus`},
		"a webhook, of a Service and not of a URL": {`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: admission}
webhooks:
  - clientConfig: {url: "https://a.example.com"}
  - clientConfig: {service: {name: admission, namespace: ingress}}
`, `webhooks[1].clientConfig.service.name Service ingress/admission`},
		"an ExternalSecret, of its namespace's store and of the cluster's": {`
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: web, namespace: shop}
spec:
  secretStoreRef: {name: vault}
  data:
    - {secretKey: a}
    - {secretKey: b, sourceRef: {storeRef: {kind: ClusterSecretStore, name: shared}}}
`, `
spec.secretStoreRef.name SecretStore shop/vault
spec.data[1].sourceRef.storeRef.name ClusterSecretStore /shared
`},
		"a Prometheus": {`
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s, namespace: monitoring}
spec:
  serviceAccountName: prometheus
  secrets: [certificates]
  configMaps: [targets]
  alerting: {alertmanagers: [{name: alertmanager-main, namespace: monitoring}]}
  additionalScrapeConfigs: {name: not, key: followed}
`, `
spec.serviceAccountName ServiceAccount monitoring/prometheus
spec.secrets[0] Secret monitoring/certificates
spec.configMaps[0] ConfigMap monitoring/targets
spec.alerting.alertmanagers[0].name Service monitoring/alertmanager-main
`},
		"a ServiceMonitor, wherever it needs a key": {`
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: db, namespace: monitoring}
spec:
  endpoints:
    - {port: metrics, secret: {name: without-a-key}}
    - tlsConfig: {ca: {configMap: {name: roots, key: ca.crt}}, cert: {secret: {name: client, key: tls.crt, optional: true}}}
`, `
spec.endpoints[1].tlsConfig.ca.configMap.name ConfigMap monitoring/roots
spec.endpoints[1].tlsConfig.cert.secret.name Secret monitoring/client?
`},
		"nothing, what is not known": {`
apiVersion: example.com/v1
kind: Gadget
metadata: {name: a, namespace: b}
spec: {serviceAccountName: c, secretRef: {name: d, key: e}}
`, ``},
		"nothing, fields of a wrong type": {`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: a, namespace: b}
spec: {serviceName: 7, template: {spec: {volumes: {a: b}, containers: [text, {env: text}], imagePullSecrets: [{}]}}}
`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, test.want, named(t, test.text))
		})
	}
}

func TestObjectsProvideWhatIsMadeOfThem(t *testing.T) {
	t.Parallel()
	in := func(apiVersion, kind, rest string) string {
		return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: a, namespace: b}\n%s", apiVersion, kind, rest)
	}
	for text, want := range map[string]string{
		in("v1", "Secret", ""):                                 "Secret b/a",
		in("v1", "Service", ""):                                "Service b/a",
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: a}": "ServiceAccount a/default, ConfigMap a/kube-root-ca.crt",
		"apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: a}":                  "ClusterSecretStore /a",
		in("external-secrets.io/v1", "ExternalSecret", ""):                                                   "Secret b/a",
		in("external-secrets.io/v1", "ExternalSecret", "spec: {target: {name: c}}"):                          "Secret b/c",
		in("cert-manager.io/v1", "Certificate", "spec: {secretName: c}"):                                     "Secret b/c",
		in("cert-manager.io/v1", "Certificate", ""):                                                          "",
		in("monitoring.coreos.com/v1", "Prometheus", ""):                                                     "Service b/prometheus-operated",
		in("monitoring.coreos.com/v1", "Alertmanager", ""):                                                   "Service b/alertmanager-operated",
		in("batch/v1", "Job", "spec: {template: {spec: {containers: [{args: [create, --secret-name=c]}]}}}"): "Secret b/c",
		in("batch/v1", "Job", "spec: {template: {spec: {containers: [{args: [patch, --secret-name=c]}]}}}"):  "",
		in("apps/v1", "Deployment", ""):                                                                      "",
		in("example.com/v1", "Secret", ""):                                                                   "",
	} {
		var got []string
		for _, target := range reference.Provided(parse(t, text)) {
			got = append(got, written(target))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s\nprovides %q, want %q", text, got, want)
		}
	}
}
