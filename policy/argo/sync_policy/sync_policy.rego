# METADATA
# title: Applications prune and heal themselves
# description: >-
#   Every Application is synchronised automatically, removes what has gone from Git,
#   and sets back what was changed in the cluster.
# custom:
#   id: argo.sync_policy
#   severity: error
#   solution: >-
#     Set syncPolicy.automated.prune and selfHeal to true.
package argo.sync_policy

import data.lib.argo
import data.lib.kube

deny contains kube.finding(application, ["spec", "syncPolicy", "automated", key], msg) if {
	some application in argo.applications
	some key in ["prune", "selfHeal"]
	object.get(application.object.spec, ["syncPolicy", "automated", key], false) != true
	msg := sprintf("%s is not on", [key])
}
