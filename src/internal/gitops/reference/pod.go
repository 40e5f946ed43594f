package reference

import (
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// podSpec is where a workload describes its pods.
func podSpec(o *object.Object) (source.Path, bool) {
	switch o.Group + "/" + o.Kind {
	case "/Pod":
		return source.ParsePath("spec"), true
	case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job", "/ReplicationController":
		return source.ParsePath("spec.template.spec"), true
	case "batch/CronJob":
		return source.ParsePath("spec.jobTemplate.spec.template.spec"), true
	}
	return nil, false
}

// pod collects what pods name: their account, volumes, environment and registries.
func (c *collector) pod(spec any, base source.Path) {
	namespace := c.object.Namespace
	c.name(ServiceAccount, namespace, base.Key("serviceAccountName"))
	c.names(Secret, base.Key("imagePullSecrets"), "name")
	volumes, _ := object.Get(spec, "volumes").([]any)
	for i, volume := range volumes {
		c.volume(volume, base.Key("volumes").Index(i))
	}
	for _, list := range []string{"containers", "initContainers", "ephemeralContainers"} {
		containers, _ := object.Get(spec, list).([]any)
		for i, container := range containers {
			c.environment(container, base.Key(list).Index(i))
		}
	}
}

func (c *collector) volume(volume any, base source.Path) {
	c.optional(ConfigMap, volume, base, "configMap", "name")
	c.optional(Secret, volume, base, "secret", "secretName")
	projected, _ := object.Get(volume, "projected", "sources").([]any)
	for i, s := range projected {
		at := base.Key("projected").Key("sources").Index(i)
		c.optional(ConfigMap, s, at, "configMap", "name")
		c.optional(Secret, s, at, "secret", "name")
	}
}

func (c *collector) environment(container any, base source.Path) {
	from, _ := object.Get(container, "envFrom").([]any)
	for i, entry := range from {
		at := base.Key("envFrom").Index(i)
		c.optional(ConfigMap, entry, at, "configMapRef", "name")
		c.optional(Secret, entry, at, "secretRef", "name")
	}
	variables, _ := object.Get(container, "env").([]any)
	for i, variable := range variables {
		at := base.Key("env").Index(i).Key("valueFrom")
		value := object.Get(variable, "valueFrom")
		c.optional(ConfigMap, value, at, "configMapKeyRef", "name")
		c.optional(Secret, value, at, "secretKeyRef", "name")
	}
}

// optional records the name in a field of value, which says itself whether the object
// may be missing.
func (c *collector) optional(kind string, value any, base source.Path, field, name string) {
	inner := object.Get(value, field)
	c.add(kind, c.object.Namespace, object.Get(inner, name), base.Key(field).Key(name), object.Get(inner, "optional"))
}
