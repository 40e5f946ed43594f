package network.ingress_metrics_test

import data.lib.fixture
import data.network.ingress_metrics

test_passes if {
	ingress_metrics.deny == set() with input as fixture.cluster("live", [])
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_path if {
	patches := [
		{"op": "replace", "path": "/ingress/spec/rules/0/http/paths/0/path", "value": "/metrics"},
	]
	expected := {{
		"msg": "leads to the metrics",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "rules", 0, "http", "paths", 0, "path"],
	}}
	ingress_metrics.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}

test_fails_for_a_port if {
	patches := [
		{"op": "replace", "path": "/ingress/spec/rules/0/http/paths/0/backend/service/port", "value": {"number": 8001}},
	]
	expected := {{
		"msg": "leads to the port that Prometheus scrapes",
		"application": "shop",
		"object": "Ingress.networking.k8s.io/shop/shop",
		"field": ["spec", "rules", 0, "http", "paths", 0, "backend", "service", "port"],
	}}
	ingress_metrics.deny == expected with input as fixture.cluster("live", patches)
		with data.parameters as fixture.parameters
		with data.facts as fixture.facts
}
