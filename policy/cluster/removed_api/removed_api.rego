# METADATA
# title: No object is of an API that the cluster lacks
# description: >-
#   No object is of a version of an API that is deprecated or removed at the
#   Kubernetes version that the clusters run.
# custom:
#   id: cluster.removed_api
#   severity: error
#   solution: >-
#     Use the version that the message names.
package cluster.removed_api

import data.lib.kube

deny contains kube.finding(entry, ["apiVersion"], msg) if {
	some kind, list in data.parameters.cluster.removed
	some entry in input.objects[kind][_]
	some api in list
	entry.object.apiVersion == api.version
	data.parameters.kubernetes >= api.deprecated
	msg := sprintf("%s is deprecated since Kubernetes %d.%d: use %s", [api.version, api.deprecated[0], api.deprecated[1], api.use])
}
