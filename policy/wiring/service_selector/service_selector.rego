# METADATA
# title: A Service selects pods
# description: >-
#   The selector of a Service matches the labels of at least one workload's pods in
#   its namespace. One that matches nothing is a name that leads nowhere, and nothing
#   else says so.
# custom:
#   id: wiring.service_selector
#   severity: error
#   solution: >-
#     Make the selector and the labels of the pods' template equal.
package wiring.service_selector

import data.lib.kube

deny contains kube.finding(service, ["spec", "selector"], msg) if {
	some namespace
	some service in input.objects.Service[namespace]
	count(service.object.spec.selector) > 0
	count(kube.selected(service, namespace)) == 0
	msg := sprintf("selects no pod of namespace %s", [namespace])
}
