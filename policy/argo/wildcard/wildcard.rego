# METADATA
# title: Projects list what they allow
# description: >-
#   No AppProject allows by a wildcard: sources, destinations and kinds are listed.
# custom:
#   id: argo.wildcard
#   severity: error
#   solution: >-
#     List what is needed.
package argo.wildcard

import data.lib.kube

deny contains kube.finding(project, ["spec", "sourceRepos", i], "allows by a wildcard") if {
	some project in input.objects["AppProject.argoproj.io"][_]
	some i, repository in project.object.spec.sourceRepos
	contains(repository, "*")
}

deny contains kube.finding(project, ["spec", list, i, key], "allows by a wildcard") if {
	some project in input.objects["AppProject.argoproj.io"][_]
	some list in ["destinations", "clusterResourceWhitelist", "namespaceResourceWhitelist"]
	some i, item in project.object.spec[list]
	some key, value in item
	contains(value, "*")
}
