# METADATA
# title: Production spreads its replicas over nodes
# description: >-
#   In production, what runs in two replicas or more states a topology spread over
#   hosts, or an anti-affinity.
# custom:
#   id: pods.spread
#   severity: error
#   solution: >-
#     Add topologySpreadConstraints with topologyKey kubernetes.io/hostname.
package pods.spread

import data.lib.kube
import data.pods.disruption_budget

deny contains kube.finding(pod.entry, array.concat(pod.path, ["topologySpreadConstraints"]), "does not say that its replicas are on different nodes") if {
	kube.production
	some namespace
	some pod in kube.pods[namespace]
	pod.kind in {"Deployment.apps", "StatefulSet.apps"}
	disruption_budget.many(pod.entry, namespace)
	not spread(pod.spec)
}

deny contains kube.finding(entry, ["spec", "topologySpreadConstraints"], "does not say that its replicas are on different nodes") if {
	kube.production
	some kind, _ in kube.operators
	some entry in input.objects[kind][_]
	object.get(entry.object.spec, "replicas", 1) > 1
	not spread(entry.object.spec)
}

spread(spec) if "kubernetes.io/hostname" in {constraint.topologyKey | some constraint in spec.topologySpreadConstraints}

spread(spec) if spec.affinity.podAntiAffinity
