# METADATA
# title: Production drains one replica at a time
# description: >-
#   In production, what runs in two replicas or more has a PodDisruptionBudget that
#   lets some pod go.
# custom:
#   id: pods.disruption_budget
#   severity: error
#   solution: >-
#     Add a PodDisruptionBudget with maxUnavailable: 1.
package pods.disruption_budget

import data.lib.kube
import data.pods.replicas

deny contains kube.finding(entry, ["metadata", "name"], "has no PodDisruptionBudget") if {
	kube.production
	some namespace
	some kind in ["Deployment.apps", "StatefulSet.apps"]
	some entry in input.objects[kind][namespace]
	many(entry, namespace)
	labels := entry.object.spec.template.metadata.labels
	count([budget | some budget in input.objects["PodDisruptionBudget.policy"][namespace]; kube.matches(budget.object.spec.selector, labels)]) == 0
}

deny contains kube.finding(budget, ["spec"], "lets no pod go: nodes cannot be drained") if {
	some budget in input.objects["PodDisruptionBudget.policy"][_]
	budget.object.spec.maxUnavailable in {0, "0%"}
}

many(entry, _) if object.get(entry.object.spec, "replicas", 1) > 1

many(entry, namespace) if replicas.scaled(entry, namespace)
