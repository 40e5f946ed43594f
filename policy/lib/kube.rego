# METADATA
# description: What the rules ask of the objects of a cluster.
package lib.kube

# finding says what is wrong with a field of an object. The field is a list of keys and
# indexes.
finding(entry, field, msg) := {
	"msg": msg,
	"application": entry.application,
	"object": entry.id,
	"field": field,
}

environment := object.get(data.parameters.clusters, input.cluster, "production")

outside_lab if environment != "lab"

production if environment == "production"

namespaces contains namespace if {
	some kind
	input.objects[kind][namespace]
}

namespaces contains namespace if {
	some namespace, _ in data.parameters.given.pods
}

# namespace_labels are the labels by which policies select a namespace.
namespace_labels[namespace] := object.union({"kubernetes.io/metadata.name": namespace}, object.get(declared_labels, namespace, {})) if {
	some namespace in namespaces
}

declared_labels := {name(entry): labels(entry) | some entry in input.objects.Namespace[""]}

# matches says whether a selector of labels selects some labels.
matches(selector, labels) if {
	every key, value in object.get(selector, "matchLabels", {}) {
		labels[key] == value
	}
	every expression in object.get(selector, "matchExpressions", []) {
		satisfied(expression, labels)
	}
}

satisfied(expression, labels) if {
	expression.operator == "In"
	labels[expression.key] in expression.values
}

satisfied(expression, labels) if {
	expression.operator == "NotIn"
	not labels[expression.key] in expression.values
}

satisfied(expression, labels) if {
	expression.operator == "Exists"
	labels[expression.key]
}

satisfied(expression, labels) if {
	expression.operator == "DoesNotExist"
	not labels[expression.key]
}

# template_paths are where kinds have their pods' template.
template_paths := {
	"Pod": [],
	"Deployment.apps": ["spec", "template"],
	"StatefulSet.apps": ["spec", "template"],
	"DaemonSet.apps": ["spec", "template"],
	"Job.batch": ["spec", "template"],
	"CronJob.batch": ["spec", "jobTemplate", "spec", "template"],
}

# serving are the kinds whose pods are there to stay.
serving := {"Deployment.apps", "StatefulSet.apps", "DaemonSet.apps"}

# pods are the templates of pods in a namespace: path is where the pod's spec is.
pods[namespace] := [pod |
	some kind, path in template_paths
	some entry in input.objects[kind][namespace]
	template := object.get(entry.object, path, {})
	pod := {
		"entry": entry,
		"kind": kind,
		"path": array.concat(path, ["spec"]),
		"labels": object.get(template, ["metadata", "labels"], {}),
		"spec": object.get(template, "spec", {}),
	}
] if {
	some namespace in namespaces
}

# containers are all containers of the pods in a namespace.
containers[namespace] := [found |
	some pod in pods[namespace]
	some list in ["containers", "initContainers"]
	some i, container in pod.spec[list]
	found := {
		"entry": pod.entry,
		"pod": pod,
		"container": container,
		"field": array.concat(pod.path, [list, i]),
		"init": list == "initContainers",
	}
] if {
	some namespace in namespaces
}

# targets are what can be reached in a namespace: pods of the tree, those that operators
# make, and those that are given.
targets[namespace] := array.concat(
	array.concat(described(namespace), operated(namespace)),
	object.get(data.parameters.given.pods, namespace, []),
) if {
	some namespace in namespaces
}

described(namespace) := [target |
	some pod in pods[namespace]
	target := {
		"labels": pod.labels,
		"ports": [port |
			some list in ["containers", "initContainers"]
			some container in pod.spec[list]
			some declared in container.ports
			port := {
				"name": object.get(declared, "name", ""),
				"number": declared.containerPort,
				"protocol": object.get(declared, "protocol", "TCP"),
			}
		],
		"host": object.get(pod.spec, "hostNetwork", false),
	}
]

# operators says which labels and ports the Prometheus operator gives to its pods.
operators := {
	"Prometheus.monitoring.coreos.com": {"name": "prometheus", "label": "prometheus", "ports": [
		{"name": "web", "number": 9090, "protocol": "TCP"},
		{"name": "reloader-web", "number": 8080, "protocol": "TCP"},
	]},
	"Alertmanager.monitoring.coreos.com": {"name": "alertmanager", "label": "alertmanager", "ports": [
		{"name": "web", "number": 9093, "protocol": "TCP"},
		{"name": "mesh-tcp", "number": 9094, "protocol": "TCP"},
		{"name": "mesh-udp", "number": 9094, "protocol": "UDP"},
		{"name": "reloader-web", "number": 8080, "protocol": "TCP"},
	]},
}

operated(namespace) := [target |
	some kind, operator in operators
	some entry in input.objects[kind][namespace]
	name := entry.object.metadata.name
	target := {
		"labels": {
			"app.kubernetes.io/name": operator.name,
			"app.kubernetes.io/instance": name,
			"app.kubernetes.io/managed-by": "prometheus-operator",
			operator.label: name,
			concat("", ["operator.prometheus.io/", "name"]): name,
		},
		"ports": operator.ports,
		"host": object.get(entry.object.spec, "hostNetwork", false),
	}
]

# services are the Services in a namespace: those of the tree and those that are given.
services[namespace] := array.concat(
	object.get(object.get(input.objects, "Service", {}), namespace, []),
	object.get(data.parameters.given.services, namespace, []),
) if {
	some namespace in (namespaces | object.keys(data.parameters.given.services))
}

# selected are the targets of a Service, none if it has no selector.
selected(service, namespace) := [target |
	selector := service.object.spec.selector
	count(selector) > 0
	some target in targets[namespace]
	matches({"matchLabels": selector}, target.labels)
]

# leads_to are the ports of a target that a Service's port leads to.
leads_to(port, target) := {found |
	wanted := object.get(port, "targetPort", port.port)
	some found in target.ports
	wanted in {found.name, found.number}
	found.protocol == object.get(port, "protocol", "TCP")
}

# labels of an object.
labels(entry) := object.get(entry.object.metadata, "labels", {})

# name of an object.
name(entry) := entry.object.metadata.name
