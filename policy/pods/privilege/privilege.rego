# METADATA
# title: Containers gain no privileges
# description: >-
#   No container is privileged, may escalate its privileges or keeps a capability that
#   it does not need. Pods that work on the node itself are listed in
#   policy/parameters/pods.yaml, with what they may.
# custom:
#   id: pods.privilege
#   severity: error
#   solution: >-
#     Set allowPrivilegeEscalation: false, drop ALL capabilities and do not run
#     privileged.
package pods.privilege

import data.lib.exception
import data.lib.kube

deny contains kube.finding(found.entry, array.concat(found.field, ["securityContext", "privileged"]), "runs privileged") if {
	some found in kube.containers[_]
	found.container.securityContext.privileged
	not exception.allows(found.entry, "privileged")
}

deny contains kube.finding(found.entry, field, "does not say that privileges do not escalate") if {
	some found in kube.containers[_]
	object.get(found.container, ["securityContext", "allowPrivilegeEscalation"], true)
	not exception.allows(found.entry, "privileged")
	field := array.concat(found.field, ["securityContext", "allowPrivilegeEscalation"])
}

deny contains kube.finding(found.entry, field, "does not drop all capabilities") if {
	some found in kube.containers[_]
	not "ALL" in object.get(found.container, ["securityContext", "capabilities", "drop"], [])
	not exception.allows(found.entry, "privileged")
	field := array.concat(found.field, ["securityContext", "capabilities", "drop"])
}

deny contains kube.finding(found.entry, field, msg) if {
	some found in kube.containers[_]
	some i, capability in object.get(found.container, ["securityContext", "capabilities", "add"], [])
	capability != "NET_BIND_SERVICE"
	not exception.allows(found.entry, "privileged")
	field := array.concat(found.field, ["securityContext", "capabilities", "add", i])
	msg := sprintf("adds the capability %s", [capability])
}
