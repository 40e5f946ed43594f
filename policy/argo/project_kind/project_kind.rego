# METADATA
# title: What an Application makes is of a kind that its project allows
# description: >-
#   The AppProject of an Application lists the kind of each of its objects, those in
#   no namespace and those in one. What is not listed fails in the midst of a sync.
# custom:
#   id: argo.project_kind
#   severity: error
#   solution: >-
#     List the kind in the AppProject, or move the object to another Application.
package argo.project_kind

import data.lib.argo
import data.lib.kube

lists := {true: "clusterResourceWhitelist", false: "namespaceResourceWhitelist"}

# allowed are the kinds that a project lists, by whether they are in no namespace.
allowed[kube.name(project)][whole] contains kind if {
	some project in input.objects["AppProject.argoproj.io"][_]
	some whole, list in lists
	some listed in project.object.spec[list]
	kind := trim_suffix(sprintf("%s.%s", [listed.kind, listed.group]), ".")
}

deny contains kube.finding(entry, ["kind"], msg) if {
	some kind
	some entry in input.objects[kind][namespace]
	project := argo.named[entry.application].object.spec.project
	allowed[project]
	not kind in object.get(allowed[project], namespace == "", set())
	msg := sprintf("the AppProject %s does not allow %s", [project, kind])
}
