# METADATA
# title: A binding names a role that exists
# description: >-
#   The role of each RoleBinding and ClusterRoleBinding is in the cluster's objects or
#   is one of Kubernetes' own.
# custom:
#   id: wiring.role_exists
#   severity: error
#   solution: >-
#     Correct the name, or add the role.
package wiring.role_exists

import data.lib.kube

deny contains kube.finding(binding, ["roleRef", "name"], msg) if {
	some kind in ["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"]
	some namespace
	some binding in input.objects[kind][namespace]
	role := binding.object.roleRef
	not exists(role, namespace)
	msg := sprintf("there is no %s %s", [role.kind, role.name])
}

exists(role, _) if role.name in data.parameters.cluster.roles

exists(role, _) if {
	role.kind == "ClusterRole"
	some entry in input.objects["ClusterRole.rbac.authorization.k8s.io"][""]
	kube.name(entry) == role.name
}

exists(role, namespace) if {
	role.kind == "Role"
	some entry in input.objects["Role.rbac.authorization.k8s.io"][namespace]
	kube.name(entry) == role.name
}
