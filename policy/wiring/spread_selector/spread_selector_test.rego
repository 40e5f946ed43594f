package wiring.spread_selector_test

import data.lib.fixture
import data.wiring.spread_selector

test_passes if {
	spread_selector.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_labels_of_others if {
	patches := [
		{"op": "replace", "path": "/deployment/spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels/app", "value": "stop"},
	]
	expected := {{
		"msg": "does not select the pods that it is to spread",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "topologySpreadConstraints", 0, "labelSelector"],
	}}
	spread_selector.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_selector if {
	patches := [
		{"op": "remove", "path": "/deployment/spec/template/spec/topologySpreadConstraints/0/labelSelector"},
	]
	expected := {{
		"msg": "does not select the pods that it is to spread",
		"application": "shop",
		"object": "Deployment.apps/shop/shop",
		"field": ["spec", "template", "spec", "topologySpreadConstraints", 0, "labelSelector"],
	}}
	spread_selector.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
