package cluster.rights_test

import data.cluster.rights
import data.lib.fixture

test_passes if {
	rights.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_cluster_admin if {
	patches := [
		{"op": "replace", "path": "/cluster_binding/roleRef/name", "value": "cluster-admin"},
	]
	expected := {{
		"msg": "gives the rights of cluster-admin",
		"application": "shop",
		"object": "ClusterRoleBinding.rbac.authorization.k8s.io/controller",
		"field": ["roleRef", "name"],
	}}
	rights.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_wildcard if {
	patches := [
		{"op": "replace", "path": "/role/rules/0/verbs/0", "value": "*"},
	]
	expected := {{
		"msg": "gives rights by a wildcard",
		"application": "shop",
		"object": "Role.rbac.authorization.k8s.io/ingress/controller",
		"field": ["rules", 0, "verbs", 0],
	}}
	rights.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
