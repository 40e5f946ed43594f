# METADATA
# title: No workload may do everything
# description: >-
#   No binding gives cluster-admin, and no role has wildcards for verbs or for
#   resources.
# custom:
#   id: cluster.rights
#   severity: error
#   solution: >-
#     List the verbs and resources that are needed.
package cluster.rights

import data.lib.kube

deny contains kube.finding(binding, ["roleRef", "name"], "gives the rights of cluster-admin") if {
	some kind in ["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"]
	some binding in input.objects[kind][_]
	binding.object.roleRef.name == "cluster-admin"
}

deny contains kube.finding(role, ["rules", i, list, j], "gives rights by a wildcard") if {
	some kind in ["Role.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io"]
	some role in input.objects[kind][_]
	some i, given in role.object.rules
	some list in ["verbs", "resources", "apiGroups"]
	some j, value in given[list]
	value == "*"
}
