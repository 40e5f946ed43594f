# METADATA
# description: The environment variables of containers, as far as the tree states them.
package lib.environment

import data.lib.kube

# config is the data of a ConfigMap.
config(namespace, name) := object.union(object.get(entry.object, "data", {}), object.get(entry.object, "binaryData", {})) if {
	some entry in input.objects.ConfigMap[namespace]
	kube.name(entry) == name
}

# from_config are the variables that a container takes from ConfigMaps as a whole.
from_config(container, namespace) := object.union_n([values |
	some source in container.envFrom
	prefix := object.get(source, "prefix", "")
	values := {sprintf("%s%s", [prefix, key]): value | some key, value in config(namespace, source.configMapRef.name)}
])

# stated are the variables whose values a container states itself.
stated(container) := {variable.name: variable.value | some variable in container.env; variable.value}

# values are the variables of which the tree has the value.
values(container, namespace) := object.union(from_config(container, namespace), stated(container))

# uses are the Services that pods find by the value of a variable: NAME.NAMESPACE.svc or
# longer.
uses contains {"pod": pod, "pod_namespace": namespace, "variable": key, "service": words[0], "namespace": words[1]} if {
	some namespace in kube.namespaces
	some found in kube.containers[namespace]
	pod := found.pod
	some key, value in values(found.container, namespace)
	contains(value, ".svc")
	words := split(trim_prefix(trim_prefix(value, "https://"), "http://"), ".")
	count(words) > 2
	startswith(words[2], "svc")
}
