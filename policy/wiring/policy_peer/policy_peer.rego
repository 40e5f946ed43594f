# METADATA
# title: A NetworkPolicy's peers exist
# description: >-
#   Each peer that a NetworkPolicy selects by labels is at least one pod of the
#   cluster.
# custom:
#   id: wiring.policy_peer
#   severity: error
#   solution: >-
#     Make the selectors equal to the labels of the namespace and of the pods that are
#     meant.
package wiring.policy_peer

import data.lib.kube
import data.lib.network

directions := {"ingress": "from", "egress": "to"}

deny contains kube.finding(policy, ["spec", direction, i, list, j], msg) if {
	some namespace
	some policy in input.objects["NetworkPolicy.networking.k8s.io"][namespace]
	some direction, list in directions
	some i, rule in policy.object.spec[direction]
	some j, peer in rule[list]
	not peer.ipBlock
	not exists(peer, namespace)
	msg := "no pod of the cluster has these labels"
}

exists(peer, namespace) if {
	some other in network.spread(peer, namespace)
	some target in kube.targets[other]
	network.picks(peer, namespace, other, target)
}
