# METADATA
# title: What serves is probed
# description: >-
#   Each container of a Deployment, StatefulSet or DaemonSet has a readiness and a
#   liveness probe, so that traffic goes to those that answer and what hangs is
#   started again.
# custom:
#   id: pods.probes
#   severity: error
#   solution: >-
#     Add readinessProbe and livenessProbe.
package pods.probes

import data.lib.kube

deny contains kube.finding(found.entry, array.concat(found.field, [probe]), msg) if {
	some found in kube.containers[_]
	found.pod.kind in kube.serving
	not found.init
	some probe in ["readinessProbe", "livenessProbe"]
	not found.container[probe]
	msg := sprintf("has no %s", [probe])
}
