# METADATA
# title: Namespaces enforce Pod Security
# description: >-
#   Each Namespace states the levels of Pod Security to enforce, to audit and to warn
#   by. It enforces restricted, unless policy/parameters/cluster.yaml says for what it
#   is wider.
# custom:
#   id: cluster.pod_security
#   severity: error
#   solution: >-
#     Add the labels pod-security.kubernetes.io/enforce, audit and warn.
package cluster.pod_security

import data.lib.kube

deny contains kube.finding(namespace, ["metadata", "labels", label], msg) if {
	some namespace in input.objects.Namespace[""]
	some mode in ["enforce", "audit", "warn"]
	label := sprintf("pod-security.kubernetes.io/%s", [mode])
	not kube.labels(namespace)[label]
	msg := sprintf("says nothing of Pod Security: %s is missing", [mode])
}

deny contains kube.finding(namespace, ["metadata", "labels", label], msg) if {
	some namespace in input.objects.Namespace[""]
	label := "pod-security.kubernetes.io/enforce"
	level := kube.labels(namespace)[label]
	level != "restricted"
	not allowed(kube.name(namespace), level)
	msg := sprintf("enforces %s only", [level])
}

allowed(namespace, level) if {
	exception := data.parameters.cluster.pod_security[namespace]
	level in exception.levels
	input.cluster in object.get(exception, "clusters", [input.cluster])
}
