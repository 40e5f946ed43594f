# METADATA
# title: Containers run with a seccomp profile
# description: >-
#   Pod or container choose the seccomp profile RuntimeDefault or Localhost.
# custom:
#   id: pods.seccomp
#   severity: error
#   solution: >-
#     Set seccompProfile.type: RuntimeDefault in the pod's securityContext.
package pods.seccomp

import data.lib.kube

deny contains kube.finding(found.entry, array.concat(found.field, ["securityContext", "seccompProfile"]), "has no seccomp profile") if {
	some found in kube.containers[_]
	profile := object.get(found.container, ["securityContext", "seccompProfile", "type"], object.get(found.pod.spec, ["securityContext", "seccompProfile", "type"], ""))
	not profile in {"RuntimeDefault", "Localhost"}
}
