package wiring.metric_exists_test

import data.lib.fixture
import data.wiring.metric_exists

test_passes if {
	metric_exists.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_an_alert if {
	patches := [
		{"op": "replace", "path": "/alerts/spec/groups/0/rules/1/expr", "value": "exchange_order_total == 0"},
	]
	expected := {{
		"msg": "the exchange exports no metric exchange_order_total",
		"application": "shop",
		"object": "PrometheusRule.monitoring.coreos.com/shop/shop",
		"field": ["spec", "groups", 0, "rules", 1, "expr"],
	}}
	metric_exists.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_dashboard if {
	patches := [
		{"op": "replace", "path": "/dashboard/data/shop.json", "value": "{\"panels\": [{\"targets\": [{\"expr\": \"job:exchange_orders:rate1m\"}]}]}"},
	]
	expected := {{
		"msg": "the exchange exports no metric job:exchange_orders:rate1m",
		"application": "shop",
		"object": "ConfigMap/watch/dashboard",
		"field": ["data", "shop.json"],
	}}
	metric_exists.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
