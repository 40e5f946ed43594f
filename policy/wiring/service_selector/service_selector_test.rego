package wiring.service_selector_test

import data.lib.fixture
import data.wiring.service_selector

test_passes if {
	service_selector.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_without_pods if {
	patches := [
		{"op": "replace", "path": "/service/spec/selector/app", "value": "stop"},
	]
	expected := {{
		"msg": "selects no pod of namespace shop",
		"application": "shop",
		"object": "Service/shop/shop",
		"field": ["spec", "selector"],
	}}
	service_selector.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_without_selector if {
	patches := [
		{"op": "remove", "path": "/service/spec/selector"},
	]
	service_selector.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
