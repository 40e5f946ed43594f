# METADATA
# title: Pods are spread by their own labels
# description: >-
#   The labelSelector of each topology spread constraint matches the pods that state
#   it. Otherwise the scheduler counts others, and puts all replicas on one node.
# custom:
#   id: wiring.spread_selector
#   severity: error
#   solution: >-
#     Make the labelSelector equal to the labels of the pods' template.
package wiring.spread_selector

import data.lib.kube

deny contains kube.finding(pod.entry, array.concat(pod.path, ["topologySpreadConstraints", i, "labelSelector"]), msg) if {
	some pod in kube.pods[_]
	some i, constraint in pod.spec.topologySpreadConstraints
	not kube.matches(object.get(constraint, "labelSelector", {"matchLabels": {"": ""}}), pod.labels)
	msg := "does not select the pods that it is to spread"
}
