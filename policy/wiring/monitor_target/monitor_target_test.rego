package wiring.monitor_target_test

import data.lib.fixture
import data.wiring.monitor_target

test_passes if {
	monitor_target.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_labels if {
	patches := [
		{"op": "replace", "path": "/monitor/spec/selector/matchLabels/app", "value": "stop"},
	]
	expected := {{
		"msg": "selects no Service",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "selector"],
	}}
	monitor_target.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port if {
	patches := [
		{"op": "replace", "path": "/monitor/spec/endpoints/0/port", "value": "prometheus"},
	]
	expected := {{
		"msg": "none of the Services that it selects has a port named prometheus",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "port"],
	}}
	monitor_target.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_passes_in_any_namespace if {
	patches := [
		{"op": "replace", "path": "/monitor_exporter/spec/namespaceSelector", "value": {"any": true}},
	]
	monitor_target.deny == set() with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
