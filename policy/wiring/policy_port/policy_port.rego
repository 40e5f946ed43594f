# METADATA
# title: A NetworkPolicy's ports are declared
# description: >-
#   A port that a NetworkPolicy lets in is one that the pods it selects declare; a
#   port that it lets out to pods is one that those declare. A port that nobody
#   listens on is a slip, and the right one is closed.
# custom:
#   id: wiring.policy_port
#   severity: error
#   solution: >-
#     Name the port that the container declares.
package wiring.policy_port

import data.lib.kube
import data.lib.network

deny contains kube.finding(policy, ["spec", "ingress", i, "ports", j, "port"], msg) if {
	some namespace
	some policy in input.objects["NetworkPolicy.networking.k8s.io"][namespace]
	subjects := [target | some target in kube.targets[namespace]; kube.matches(policy.object.spec.podSelector, target.labels)]
	count(subjects) > 0
	some i, rule in policy.object.spec.ingress
	some j, port in rule.ports
	not declared(subjects, port)
	msg := sprintf("no container of the pods that are selected declares port %v", [port.port])
}

deny contains kube.finding(policy, ["spec", "egress", i, "ports", j, "port"], msg) if {
	some namespace
	some policy in input.objects["NetworkPolicy.networking.k8s.io"][namespace]
	some i, rule in policy.object.spec.egress
	count(rule.to) > 0
	every peer in rule.to {
		not peer.ipBlock
	}
	reached := [target |
		some peer in rule.to
		some other in network.spread(peer, namespace)
		some target in kube.targets[other]
		network.picks(peer, namespace, other, target)
	]
	count(reached) > 0
	some j, port in rule.ports
	not declared(reached, port)
	msg := sprintf("no container of the pods that it leads to declares port %v", [port.port])
}

declared(targets, port) if {
	some target in targets
	some found in target.ports
	network.opens([port], found)
}
