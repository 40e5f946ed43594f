package wiring.role_exists_test

import data.lib.fixture
import data.wiring.role_exists

test_passes if {
	role_exists.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_role if {
	patches := [
		{"op": "replace", "path": "/role_binding/roleRef/name", "value": "controler"},
	]
	expected := {{
		"msg": "there is no Role controler",
		"application": "shop",
		"object": "RoleBinding.rbac.authorization.k8s.io/ingress/controller",
		"field": ["roleRef", "name"],
	}}
	role_exists.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_cluster_role if {
	patches := [
		{"op": "replace", "path": "/cluster_binding/roleRef/name", "value": "controler"},
	]
	expected := {{
		"msg": "there is no ClusterRole controler",
		"application": "shop",
		"object": "ClusterRoleBinding.rbac.authorization.k8s.io/controller",
		"field": ["roleRef", "name"],
	}}
	role_exists.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_a_role_of_kubernetes if {
	patches := [
		{"op": "replace", "path": "/cluster_binding/roleRef/name", "value": "view"},
	]
	role_exists.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
