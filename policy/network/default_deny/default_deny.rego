# METADATA
# title: Every namespace denies by default
# description: >-
#   Each namespace with pods has a NetworkPolicy that selects all of them and allows
#   nothing, in both directions. What is needed is then allowed by others. kube-system
#   and argocd are listed in policy/parameters/network.yaml.
# custom:
#   id: network.default_deny
#   severity: error
#   solution: >-
#     Add networkpolicy-default-deny.yaml to the namespace.
package network.default_deny

import data.lib.kube

deny contains kube.finding(namespace, ["metadata", "name"], msg) if {
	some namespace in input.objects.Namespace[""]
	name := kube.name(namespace)
	not name in data.parameters.network.open
	some direction in ["Ingress", "Egress"]
	not denied(name, direction)
	msg := sprintf("nothing denies %s by default", [direction])
}

denied(namespace, direction) if {
	some policy in input.objects["NetworkPolicy.networking.k8s.io"][namespace]
	count(object.get(policy.object.spec, "podSelector", {})) == 0
	direction in policy.object.spec.policyTypes
	count(object.get(policy.object.spec, lower(direction), [])) == 0
}
