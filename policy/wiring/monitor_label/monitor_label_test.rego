package wiring.monitor_label_test

import data.lib.fixture
import data.wiring.monitor_label

test_passes if {
	monitor_label.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_monitor if {
	patches := [
		{"op": "replace", "path": "/monitor/metadata/labels/release", "value": "other"},
	]
	expected := {{
		"msg": "no Prometheus has a serviceMonitorSelector that selects these labels",
		"application": "shop",
		"object": "ServiceMonitor.monitoring.coreos.com/shop/shop",
		"field": ["metadata", "labels"],
	}}
	monitor_label.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_rule if {
	patches := [
		{"op": "remove", "path": "/alerts/metadata/labels"},
	]
	expected := {{
		"msg": "no Prometheus has a ruleSelector that selects these labels",
		"application": "shop",
		"object": "PrometheusRule.monitoring.coreos.com/shop/shop",
		"field": ["metadata", "labels"],
	}}
	monitor_label.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
