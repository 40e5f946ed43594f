package pods.seccomp_test

import data.lib.fixture
import data.pods.seccomp

test_passes if {
	seccomp.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_profile if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/securityContext/seccompProfile"},
	]
	expected := {{
		"msg": "has no seccomp profile",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "seccompProfile"],
	}}
	seccomp.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_unconfined_container if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/securityContext/seccompProfile", "value": {"type": "Unconfined"}},
	]
	expected := {{
		"msg": "has no seccomp profile",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "seccompProfile"],
	}}
	seccomp.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
