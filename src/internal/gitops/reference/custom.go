package reference

import (
	"maps"
	"slices"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Store is the kind of what ExternalSecrets are read from; ClusterStore is in no
// namespace.
const (
	Store        = "SecretStore"
	ClusterStore = "ClusterSecretStore"
)

// custom collects what objects of operators name.
func (c *collector) custom() {
	o := c.object
	switch {
	case o.Is("external-secrets.io", "ExternalSecret"):
		c.store(source.ParsePath("spec.secretStoreRef"))
		for i := range o.List("spec", "data") {
			c.store(source.ParsePath("spec.data").Index(i).Key("sourceRef").Key("storeRef"))
		}
	case o.Group == "monitoring.coreos.com":
		c.name(ServiceAccount, o.Namespace, source.ParsePath("spec.serviceAccountName"))
		c.name(Secret, o.Namespace, source.ParsePath("spec.configSecret"))
		c.names(Secret, source.ParsePath("spec.secrets"), "")
		c.names(ConfigMap, source.ParsePath("spec.configMaps"), "")
		for i := range o.List("spec", "alerting", "alertmanagers") {
			at := source.ParsePath("spec.alerting.alertmanagers").Index(i)
			c.service(at)
		}
		c.selectors(o.Content, nil)
	}
}

// store records the store of an ExternalSecret.
func (c *collector) store(field source.Path) {
	reference := at(c.object.Content, field)
	namespace := c.object.Namespace
	kind, _ := object.Get(reference, "kind").(string)
	switch kind {
	case "":
		kind = Store
	case ClusterStore:
		namespace = ""
	}
	c.name(kind, namespace, field.Key("name"))
}

// selectors finds the fields by which monitoring objects point to a key of a Secret or
// ConfigMap, wherever they are.
func (c *collector) selectors(value any, path source.Path) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			inner, at := value[key], path.Key(key)
			if _, isSelector := object.Get(inner, "key").(string); isSelector {
				switch key {
				case "secret", "secretKeyRef":
					c.optional(Secret, value, path, key, "name")
				case "configMap", "configMapKeyRef":
					c.optional(ConfigMap, value, path, key, "name")
				}
			}
			c.selectors(inner, at)
		}
	case []any:
		for i, inner := range value {
			c.selectors(inner, path.Index(i))
		}
	}
}
