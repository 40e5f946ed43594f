# METADATA
# title: Containers do not write into their image
# description: >-
#   Each container mounts its root filesystem read-only; what it writes goes to a
#   volume.
# custom:
#   id: pods.read_only_root
#   severity: error
#   solution: >-
#     Set readOnlyRootFilesystem: true and mount an emptyDir where it writes.
package pods.read_only_root

import data.lib.exception
import data.lib.kube

deny contains kube.finding(found.entry, array.concat(found.field, ["securityContext", "readOnlyRootFilesystem"]), "may write to its root filesystem") if {
	some found in kube.containers[_]
	object.get(found.container, ["securityContext", "readOnlyRootFilesystem"], false) != true
	not exception.allows(found.entry, "write")
}
