# METADATA
# title: A PodDisruptionBudget protects pods
# description: >-
#   The selector of a PodDisruptionBudget matches pods of its namespace.
# custom:
#   id: wiring.budget_selector
#   severity: error
#   solution: >-
#     Make the selector equal to the labels of the pods' template.
package wiring.budget_selector

import data.lib.kube

deny contains kube.finding(budget, ["spec", "selector"], msg) if {
	some namespace
	some budget in input.objects["PodDisruptionBudget.policy"][namespace]
	count([target | some target in kube.targets[namespace]; kube.matches(budget.object.spec.selector, target.labels)]) == 0
	msg := sprintf("selects no pod of namespace %s", [namespace])
}
