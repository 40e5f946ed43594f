# METADATA
# title: An Application's source is allowed by its project
# description: >-
#   The AppProject that an Application names exists and lists the repository of each
#   of its sources.
# custom:
#   id: argo.project_source
#   severity: error
#   solution: >-
#     List the repository in the AppProject's sourceRepos, or correct it.
package argo.project_source

import data.lib.argo
import data.lib.kube

deny contains kube.finding(application, ["spec", "project"], msg) if {
	some application in argo.applications
	not argo.project(application)
	msg := sprintf("there is no AppProject %s", [application.object.spec.project])
}

deny contains kube.finding(application, array.concat(found.field, ["repoURL"]), msg) if {
	some application in argo.applications
	some found in argo.sources(application)
	project := argo.project(application)
	not found.source.repoURL in project.object.spec.sourceRepos
	msg := sprintf("the AppProject %s does not allow %s", [kube.name(project), found.source.repoURL])
}
