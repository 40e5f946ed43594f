# METADATA
# title: The default project allows nothing
# description: >-
#   The AppProject default, in which an Application without a project would be, allows
#   no source and no destination, and no Application is in it.
# custom:
#   id: argo.default_project
#   severity: error
#   solution: >-
#     Name the project that the Application belongs to.
package argo.default_project

import data.lib.argo
import data.lib.kube

deny contains kube.finding(application, ["spec", "project"], "is in the default project") if {
	some application in argo.applications
	application.object.spec.project == "default"
}

deny contains kube.finding(project, ["spec", list], "the default project allows something") if {
	some project in input.objects["AppProject.argoproj.io"][_]
	kube.name(project) == "default"
	some list in ["sourceRepos", "destinations", "clusterResourceWhitelist", "namespaceResourceWhitelist"]
	count(object.get(project.object.spec, list, [])) > 0
}
