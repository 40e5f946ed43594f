package pods.privilege_test

import data.lib.fixture
import data.pods.privilege

test_passes if {
	privilege.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_privileged_container if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/securityContext/privileged", "value": true},
	]
	expected := {{
		"msg": "runs privileged",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "privileged"],
	}}
	privilege.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_settings if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/containers/0/securityContext"},
	]
	expected := {
		{
			"msg": "does not say that privileges do not escalate",
			"application": "shop",
			"object": "Deployment.apps/shop/shop",
			"field": ["spec", "template", "spec", "containers", 0, "securityContext", "allowPrivilegeEscalation"],
		},
		{
			"msg": "does not drop all capabilities",
			"application": "shop",
			"object": "Deployment.apps/shop/shop",
			"field": ["spec", "template", "spec", "containers", 0, "securityContext", "capabilities", "drop"],
		},
	}
	privilege.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_capability if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/securityContext/capabilities/add", "value": ["SYS_ADMIN"]},
	]
	expected := {{
		"msg": "adds the capability SYS_ADMIN",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "capabilities", "add", 0],
	}}
	privilege.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_for_an_exception if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/securityContext/privileged", "value": true},
	]
	parameters := object.union(fixture.parameters, {"pods": {"exceptions": {"Deployment.apps/shop/shop": {"why": "It must.", "may": ["privileged"]}}}})
	privilege.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as parameters
		with data.facts as fixture.facts
}
