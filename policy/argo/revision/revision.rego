# METADATA
# title: What is not this repository is pinned
# description: >-
#   A source in another repository than the root's names a commit or a version. What
#   is in this repository follows the branch that the root follows.
# custom:
#   id: argo.revision
#   severity: error
#   solution: >-
#     State a commit or a version as targetRevision.
package argo.revision

import data.lib.argo
import data.lib.kube

home := {found.source.repoURL |
	some application in argo.applications
	kube.name(application) == "root"
	some found in argo.sources(application)
}

branch := {found.source.targetRevision |
	some application in argo.applications
	kube.name(application) == "root"
	some found in argo.sources(application)
}

deny contains kube.finding(application, array.concat(found.field, ["targetRevision"]), msg) if {
	some application in argo.applications
	some found in argo.sources(application)
	not found.source.repoURL in home
	revision := object.get(found.source, "targetRevision", "HEAD")
	not regex.match(`^([0-9a-f]{40}|v?[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?)$`, revision)
	msg := sprintf("%s is no commit and no version", [revision])
}

deny contains kube.finding(application, array.concat(found.field, ["targetRevision"]), msg) if {
	some application in argo.applications
	some found in argo.sources(application)
	found.source.repoURL in home
	revision := object.get(found.source, "targetRevision", "HEAD")
	not revision in branch
	msg := sprintf("follows %s, but the root follows %s", [revision, concat(", ", branch)])
}
