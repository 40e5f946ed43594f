# METADATA
# title: Containers do not run as root
# description: >-
#   Pod or container say runAsNonRoot, and neither says user 0.
# custom:
#   id: pods.run_as_non_root
#   severity: error
#   solution: >-
#     Set runAsNonRoot: true, and a user other than 0.
package pods.run_as_non_root

import data.lib.exception
import data.lib.kube

# setting is what a container says, or else its pod.
setting(found, key) := object.get(found.container, ["securityContext", key], object.get(found.pod.spec, ["securityContext", key], null))

deny contains kube.finding(found.entry, array.concat(found.field, ["securityContext", "runAsNonRoot"]), "may run as root") if {
	some found in kube.containers[_]
	setting(found, "runAsNonRoot") != true
	not exception.allows(found.entry, "root")
}

deny contains kube.finding(found.entry, array.concat(found.field, ["securityContext", "runAsUser"]), "runs as user 0") if {
	some found in kube.containers[_]
	setting(found, "runAsUser") == 0
	not exception.allows(found.entry, "root")
}
