# METADATA
# title: An object has one owner
# description: >-
#   No object is rendered twice, by two Applications or by one. Two owners would undo
#   each other's changes for ever.
# custom:
#   id: cluster.one_owner
#   severity: error
#   solution: >-
#     Remove the object from one of the Applications.
package cluster.one_owner

import data.lib.kube

deny contains kube.finding(entry, ["metadata", "name"], msg) if {
	some kind
	some namespace
	list := input.objects[kind][namespace]
	count(list) > count(names(list))
	some i, entry in list
	some j, other in list
	j < i
	kube.name(other) == kube.name(entry)
	msg := sprintf("is rendered by the Application %s, too", [other.application])
}

names(list) := {kube.name(entry) | some entry in list}
