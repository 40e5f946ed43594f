package wiring.workload_selector_test

import data.lib.fixture
import data.wiring.workload_selector

test_passes if {
	workload_selector.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_labels_of_others if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/metadata/labels/app", "value": "stop"},
	]
	expected := {{
		"msg": "does not match the labels of the pods' template",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "selector"],
	}}
	workload_selector.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
