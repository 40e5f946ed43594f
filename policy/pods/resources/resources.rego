# METADATA
# title: Containers say what they need
# description: >-
#   Each container requests CPU and memory and limits its memory. There is no limit of
#   CPU on purpose: it would throttle what has the processor to itself.
# custom:
#   id: pods.resources
#   severity: error
#   solution: >-
#     State requests.cpu, requests.memory and limits.memory.
package pods.resources

import data.lib.kube

wanted := [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]]

deny contains kube.finding(found.entry, array.concat(found.field, array.concat(["resources"], path)), msg) if {
	some found in kube.containers[_]
	some path in wanted
	object.get(found.container, array.concat(["resources"], path), "") == ""
	msg := sprintf("resources.%s is missing", [concat(".", path)])
}

deny contains kube.finding(entry, array.concat(["spec", "resources"], path), msg) if {
	some kind, _ in kube.operators
	some entry in input.objects[kind][_]
	some path in wanted
	object.get(entry.object.spec, array.concat(["resources"], path), "") == ""
	msg := sprintf("resources.%s is missing", [concat(".", path)])
}
