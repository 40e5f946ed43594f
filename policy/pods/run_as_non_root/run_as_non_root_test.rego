package pods.run_as_non_root_test

import data.lib.fixture
import data.pods.run_as_non_root

test_passes if {
	run_as_non_root.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_settings if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/securityContext/runAsNonRoot"},
	]
	expected := {{
		"msg": "may run as root",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "runAsNonRoot"],
	}}
	run_as_non_root.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_user_0 if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/securityContext/runAsUser", "value": 0},
	]
	expected := {{
		"msg": "runs as user 0",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "securityContext", "runAsUser"],
	}}
	run_as_non_root.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
