# METADATA
# title: What an Application makes goes where its project allows
# description: >-
#   The AppProject of an Application lists its destination, and every namespace that
#   its objects go to.
# custom:
#   id: argo.project_destination
#   severity: error
#   solution: >-
#     List the namespace in the AppProject's destinations, or correct it.
package argo.project_destination

import data.lib.argo
import data.lib.kube

# listed are the clusters and namespaces that a project lists.
listed[kube.name(project)] contains [place(destination), destination.namespace] if {
	some project in input.objects["AppProject.argoproj.io"][_]
	some destination in project.object.spec.destinations
}

place(destination) := object.get(destination, "server", object.get(destination, "name", ""))

# allowed says whether a project lists a namespace of an Application's cluster.
allowed(project, application, namespace) if {
	[place(application.object.spec.destination), namespace] in listed[kube.name(project)]
}

deny contains kube.finding(application, ["spec", "destination"], msg) if {
	some application in argo.applications
	project := argo.project(application)
	namespace := application.object.spec.destination.namespace
	not allowed(project, application, namespace)
	msg := sprintf("the AppProject %s does not allow namespace %s of this cluster", [kube.name(project), namespace])
}

deny contains kube.finding(entry, ["metadata", "namespace"], msg) if {
	some namespace
	some entry in input.objects[_][namespace]
	namespace != ""
	application := argo.named[entry.application]
	project := argo.project(application)
	not allowed(project, application, namespace)
	msg := sprintf("the AppProject %s does not allow namespace %s", [kube.name(project), namespace])
}
