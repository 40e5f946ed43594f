# METADATA
# title: A NetworkPolicy is about pods that exist
# description: >-
#   The podSelector of a NetworkPolicy is empty or matches pods of its namespace. A
#   policy about nothing protects, or allows, nothing.
# custom:
#   id: wiring.policy_subject
#   severity: error
#   solution: >-
#     Make podSelector equal to the labels of the pods' template, or remove the
#     policy.
package wiring.policy_subject

import data.lib.kube

deny contains kube.finding(policy, ["spec", "podSelector"], msg) if {
	some namespace
	some policy in input.objects["NetworkPolicy.networking.k8s.io"][namespace]
	selector := policy.object.spec.podSelector
	count(selector) > 0
	not subject(selector, namespace)
	msg := sprintf("selects no pod of namespace %s", [namespace])
}

subject(selector, namespace) if {
	some target in kube.targets[namespace]
	kube.matches(selector, target.labels)
}
