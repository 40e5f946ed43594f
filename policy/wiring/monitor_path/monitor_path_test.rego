package wiring.monitor_path_test

import data.lib.fixture
import data.wiring.monitor_path

test_passes if {
	monitor_path.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_unknown_path if {
	patches := [
		{"op": "replace", "path": "/monitor/spec/endpoints/0/path", "value": "/metric"},
	]
	expected := {{
		"msg": "/metric is no path at which metrics are known to be served",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["spec", "endpoints", 0, "path"],
	}}
	monitor_path.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
