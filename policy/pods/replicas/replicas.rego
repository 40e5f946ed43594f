# METADATA
# title: Production survives the loss of a pod
# description: >-
#   In production, a Deployment or StatefulSet, Prometheus and Alertmanager run two
#   replicas or more, by themselves or by their autoscaler.
# custom:
#   id: pods.replicas
#   severity: error
#   solution: >-
#     Set replicas to 2 or more in the overlay.
package pods.replicas

import data.lib.exception
import data.lib.kube

# stated are the workloads with replicas, and how many they state.
stated contains {"entry": entry, "count": object.get(entry.object.spec, "replicas", 1)} if {
	some kind in ["Deployment.apps", "StatefulSet.apps", "Prometheus.monitoring.coreos.com", "Alertmanager.monitoring.coreos.com"]
	some namespace
	some entry in input.objects[kind][namespace]
	not scaled(entry, namespace)
}

scaled(entry, namespace) if {
	some autoscaler in input.objects["HorizontalPodAutoscaler.autoscaling"][namespace]
	autoscaler.object.spec.scaleTargetRef.name == kube.name(entry)
}

deny contains kube.finding(workload.entry, ["spec", "replicas"], msg) if {
	kube.production
	some workload in stated
	workload.count < 2
	not exception.allows(workload.entry, "one replica")
	msg := sprintf("%d replica: its loss is an outage", [workload.count])
}

deny contains kube.finding(autoscaler, ["spec", "minReplicas"], msg) if {
	kube.production
	some autoscaler in input.objects["HorizontalPodAutoscaler.autoscaling"][_]
	least := object.get(autoscaler.object.spec, "minReplicas", 1)
	least < 2
	msg := sprintf("scales down to %d replica: its loss is an outage", [least])
}
