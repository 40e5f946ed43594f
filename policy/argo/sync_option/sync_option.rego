# METADATA
# title: Applications sync as their objects need it
# description: >-
#   Every Application applies on the server's side, where large objects fit, and
#   refuses what another owns. One with custom resources skips the dry run while their
#   kinds are missing, and one that ignores differences respects that when it syncs.
# custom:
#   id: argo.sync_option
#   severity: error
#   solution: >-
#     Add the option to syncPolicy.syncOptions.
package argo.sync_option

import data.lib.argo
import data.lib.kube

options(application) := object.get(application.object.spec, ["syncPolicy", "syncOptions"], [])

deny contains kube.finding(application, ["spec", "syncPolicy", "syncOptions"], msg) if {
	some application in argo.applications
	some option in ["ServerSideApply=true", "FailOnSharedResource=true"]
	not option in options(application)
	msg := sprintf("%s is missing", [option])
}

deny contains kube.finding(application, ["spec", "syncPolicy", "syncOptions"], msg) if {
	some application in argo.applications
	not "SkipDryRunOnMissingResource=true" in options(application)
	some kind in uses[kube.name(application)]
	brings[kind] != kube.name(application)
	argo.wave(application) <= argo.wave(argo.named[brings[kind]])
	msg := sprintf("SkipDryRunOnMissingResource=true is missing, and it has a %s", [kind])
}

deny contains kube.finding(application, ["spec", "syncPolicy", "syncOptions"], "RespectIgnoreDifferences=true is missing, and it ignores differences") if {
	some application in argo.applications
	count(object.get(application.object.spec, "ignoreDifferences", [])) > 0
	not "RespectIgnoreDifferences=true" in options(application)
}

# brings are the Applications that define a kind.
brings := {kind: entry.application |
	some entry in input.objects["CustomResourceDefinition.apiextensions.k8s.io"][""]
	kind := sprintf("%s.%s", [entry.object.spec.names.kind, entry.object.spec.group])
}

# uses are the custom kinds of which an Application has objects.
uses[entry.application] contains kind if {
	some kind, _ in brings
	some entry in input.objects[kind][_]
}
