# METADATA
# title: Either Git or the autoscaler says how many replicas
# description: >-
#   A workload with a HorizontalPodAutoscaler states no replicas. Argo CD would set
#   them back at each sync, and the autoscaler would change them again.
# custom:
#   id: wiring.autoscaler_replicas
#   severity: error
#   solution: >-
#     Remove replicas from the workload.
package wiring.autoscaler_replicas

import data.lib.kube

deny contains kube.finding(pod.entry, ["spec", "replicas"], msg) if {
	some namespace
	some autoscaler in input.objects["HorizontalPodAutoscaler.autoscaling"][namespace]
	some pod in kube.pods[namespace]
	startswith(pod.kind, autoscaler.object.spec.scaleTargetRef.kind)
	kube.name(pod.entry) == autoscaler.object.spec.scaleTargetRef.name
	pod.entry.object.spec.replicas
	msg := sprintf("the HorizontalPodAutoscaler %s sets the replicas, too", [kube.name(autoscaler)])
}
