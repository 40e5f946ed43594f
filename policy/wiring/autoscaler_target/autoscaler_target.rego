# METADATA
# title: An autoscaler has something to scale and to measure
# description: >-
#   The workload that a HorizontalPodAutoscaler names exists, its containers request
#   what the autoscaler measures by utilisation, and the cluster has the metrics API.
# custom:
#   id: wiring.autoscaler_target
#   severity: error
#   solution: >-
#     Name an existing workload, state its requests, and run metrics-server in the
#     cluster.
package wiring.autoscaler_target

import data.lib.kube

workload(autoscaler, namespace) := pod if {
	target := autoscaler.object.spec.scaleTargetRef
	some pod in kube.pods[namespace]
	startswith(pod.kind, target.kind)
	kube.name(pod.entry) == target.name
}

deny contains kube.finding(autoscaler, ["spec", "scaleTargetRef"], msg) if {
	some namespace
	some autoscaler in input.objects["HorizontalPodAutoscaler.autoscaling"][namespace]
	not workload(autoscaler, namespace)
	target := autoscaler.object.spec.scaleTargetRef
	msg := sprintf("there is no %s %s in namespace %s", [target.kind, target.name, namespace])
}

deny contains kube.finding(autoscaler, ["spec", "metrics", i], msg) if {
	some namespace
	some autoscaler in input.objects["HorizontalPodAutoscaler.autoscaling"][namespace]
	some i, metric in autoscaler.object.spec.metrics
	metric.resource.target.type == "Utilization"
	some container in workload(autoscaler, namespace).spec.containers
	not container.resources.requests[metric.resource.name]
	msg := sprintf("the container %s requests no %s, so that its utilisation is unknown", [container.name, metric.resource.name])
}

deny contains kube.finding(autoscaler, ["spec", "metrics", i], msg) if {
	some autoscaler in input.objects["HorizontalPodAutoscaler.autoscaling"][_]
	some i, metric in autoscaler.object.spec.metrics
	metric.type == "Resource"
	not served
	msg := "nothing in the cluster serves metrics.k8s.io"
}

served if {
	some service in input.objects["APIService.apiregistration.k8s.io"][""]
	service.object.spec.group == "metrics.k8s.io"
}
