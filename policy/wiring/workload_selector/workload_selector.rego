# METADATA
# title: A workload selects the pods of its template
# description: >-
#   The selector of a Deployment, StatefulSet or DaemonSet matches the labels of its
#   template. The API server refuses another, in the midst of a sync.
# custom:
#   id: wiring.workload_selector
#   severity: error
#   solution: >-
#     Make the selector equal to the labels of the template.
package wiring.workload_selector

import data.lib.kube

deny contains kube.finding(pod.entry, ["spec", "selector"], msg) if {
	some pod in kube.pods[_]
	pod.kind in kube.serving
	not kube.matches(pod.entry.object.spec.selector, pod.labels)
	msg := "does not match the labels of the pods' template"
}
