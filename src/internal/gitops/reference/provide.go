package reference

import (
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/object"
)

// Provided returns what an object brings about when it is applied: itself, and what an
// operator or a Job makes of it.
func Provided(o *object.Object) []Target {
	made := func(kind, name string) []Target {
		if name == "" {
			return nil
		}
		return []Target{{kind, o.Namespace, name}}
	}
	switch o.Group + "/" + o.Kind {
	case "/ConfigMap", "/Secret", "/Service", "/ServiceAccount", "external-secrets.io/SecretStore", "external-secrets.io/ClusterSecretStore":
		return made(o.Kind, o.Name)
	case "/Namespace":
		return []Target{{ServiceAccount, o.Name, "default"}, {ConfigMap, o.Name, "kube-root-ca.crt"}}
	case "external-secrets.io/ExternalSecret":
		if name := o.Text("spec", "target", "name"); name != "" {
			return made(Secret, name)
		}
		return made(Secret, o.Name)
	case "cert-manager.io/Certificate":
		return made(Secret, o.Text("spec", "secretName"))
	case "monitoring.coreos.com/Prometheus":
		return made(Service, "prometheus-operated")
	case "monitoring.coreos.com/Alertmanager":
		return made(Service, "alertmanager-operated")
	case "batch/Job":
		return made(Secret, created(o))
	}
	return nil
}

// created is the Secret that a certificate-making Job of ingress-nginx writes.
func created(o *object.Object) string {
	for _, container := range o.List("spec", "template", "spec", "containers") {
		arguments, _ := object.Get(container, "args").([]any)
		if len(arguments) == 0 || arguments[0] != "create" {
			continue
		}
		for _, argument := range arguments {
			text, _ := argument.(string)
			if name, ok := strings.CutPrefix(text, "--secret-name="); ok {
				return name
			}
		}
	}
	return ""
}
