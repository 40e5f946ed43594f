package secrets.lab_credential_test

import data.lib.fixture
import data.secrets.lab_credential

test_passes if {
	lab_credential.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_outside_the_lab if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/args/-", "value": "--password=lab-password"},
	]
	expected := {{
		"msg": "contains the lab's password lab-password",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "containers", 0, "args", 1],
	}}
	lab_credential.deny == expected with input as fixture.cluster("test", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_in_the_lab if {
	patches := [
		{"op": "add", "path": "/deployment/spec/template/spec/containers/0/args/-", "value": "--password=lab-password"},
	]
	lab_credential.deny == set() with input as fixture.cluster("lab", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
