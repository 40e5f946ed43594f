package wiring.budget_selector_test

import data.lib.fixture
import data.wiring.budget_selector

test_passes if {
	budget_selector.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_labels_of_nothing if {
	patches := [
		{"op": "replace", "path": "/budget_shop/spec/selector/matchLabels/app", "value": "stop"},
	]
	expected := {{
		"msg": "selects no pod of namespace shop",
		"application": "shop",
		"object": "PodDisruptionBudget.policy/shop/shop",
		"field": ["spec", "selector"],
	}}
	budget_selector.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
